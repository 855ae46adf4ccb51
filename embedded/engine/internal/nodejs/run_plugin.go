package nodejs

import (
	"context"
	"errors"
	"fmt"
	"os/exec"

	"github.com/pulumi/pulumi/sdk/v3/go/common/apitype"
	"github.com/pulumi/pulumi/sdk/v3/go/common/util/rpcutil"
	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"

	"storage-lab.example/engine/internal/edition"
)

// RunPlugin starts a provider that is written for Node, such as a package of components, and passes on what it prints,
// its port first, and in the end its exit code. It is asked to end, and after a while killed, when the engine ends the call.
func (h *Host) RunPlugin(request *pulumirpc.RunPluginRequest, server pulumirpc.LanguageRuntime_RunPluginServer) error {
	if kind := request.GetKind(); kind != string(apitype.ResourcePlugin) {
		return edition.Refusal(fmt.Sprintf("a plugin of kind %q written for Node", kind), "pulumi-language-nodejs")
	}
	if request.GetAttachDebugger() {
		return edition.Refusal("--attach-debugger for a provider written for Node", "pulumi-language-nodejs")
	}
	streams, stdout, stderr, err := rpcutil.MakeRunPluginStreams(server, false)
	if err != nil {
		return err
	}
	defer func() { _ = streams.Close() }()
	ended, cancel := context.WithCancel(server.Context())
	defer cancel()
	defer context.AfterFunc(h.programs, cancel)()

	info := request.GetInfo()
	// The SDK reads the plugin's tsconfig.json, and its package.json, from the folder that it works in.
	command, err := sdkCommand(ended, info, "run-plugin", "--pwd", info.GetProgramDirectory(), info.GetEntryPoint())
	if err != nil {
		return err
	}
	command.Args = append(command.Args, request.GetArgs()...)
	command.Env, command.Dir = request.GetEnv(), request.GetPwd()
	command.Stdout, command.Stderr = stdout, stderr
	err = command.Run()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		return fmt.Errorf("the provider in %s could not be run: %w", info.GetProgramDirectory(), err)
	}
	return server.Send(&pulumirpc.RunPluginResponse{Output: &pulumirpc.RunPluginResponse_Exitcode{
		Exitcode: int32(command.ProcessState.ExitCode()),
	}})
}
