package nodejs

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"time"

	"github.com/google/shlex"
	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
)

// alreadySaid is the exit code by which the SDK says that the program failed and that it has told the user why
// (nodeJSProcessExitedAfterLoggingUserActionableMessage in @pulumi/pulumi/cmd/run).
const alreadySaid = 32

// grace is how long a program that was asked to end may take before it is killed.
const grace = 5 * time.Second

// Run starts the program and waits for its end. A program's error is an answer, not an error of the call.
func (h *Host) Run(ctx context.Context, request *pulumirpc.RunRequest) (*pulumirpc.RunResponse, error) {
	if request.GetAttachDebugger() {
		return &pulumirpc.RunResponse{Error: "--attach-debugger is not in storage-lab's small replacement of " +
			"pulumi-language-nodejs: set the option nodeargs: --inspect-brk in Pulumi.yaml, " +
			"or put the official pulumi-language-nodejs on PATH"}, nil
	}
	ended, cancel := context.WithCancel(ctx)
	defer cancel()
	defer context.AfterFunc(h.programs, cancel)()
	program, err := h.program(ended, request)
	if err != nil {
		return &pulumirpc.RunResponse{Error: err.Error()}, nil
	}
	return outcome(program.Run()), nil
}

func outcome(err error) *pulumirpc.RunResponse {
	var exit *exec.ExitError
	switch {
	case err == nil:
		return &pulumirpc.RunResponse{}
	case !errors.As(err, &exit):
		return &pulumirpc.RunResponse{Error: fmt.Sprintf("the program could not be started: %v", err)}
	case exit.ExitCode() == alreadySaid:
		return &pulumirpc.RunResponse{Bail: true}
	default:
		return &pulumirpc.RunResponse{Error: fmt.Sprintf("the program ended with %v", exit)}
	}
}

// program is the command line and the environment that @pulumi/pulumi/cmd/run expects.
func (h *Host) program(ctx context.Context, request *pulumirpc.RunRequest) (*exec.Cmd, error) {
	info := request.GetInfo()
	arguments := []string{
		// No --sync: nothing here invokes a provider function while it blocks Node.
		"--monitor", request.GetMonitorAddress(),
		"--engine", h.engine,
		"--organization", request.GetOrganization(),
		"--project", request.GetProject(),
		"--root-directory", info.GetRootDirectory(),
		"--stack", request.GetStack(),
		"--pwd", info.GetProgramDirectory(),
		"--parallel", strconv.Itoa(int(request.GetParallel())),
	}
	if request.GetDryRun() {
		arguments = append(arguments, "--dry-run")
	}
	arguments = append(arguments, info.GetEntryPoint())
	arguments = append(arguments, request.GetArgs()...)
	command, err := sdkCommand(ctx, info, "run", arguments...)
	if err != nil {
		return nil, err
	}
	command.Env, err = environment(request)
	if err != nil {
		return nil, err
	}
	// Node may make what it inherits non-blocking, for us as well: it gets pipes of its own instead.
	command.Stdout = struct{ io.Writer }{os.Stdout}
	command.Stderr = struct{ io.Writer }{os.Stderr}
	return command, nil
}

// sdkCommand starts one of the SDK's entries, @pulumi/pulumi/cmd/ENTRY. It is interrupted, and after a while killed, when
// the context ends.
func sdkCommand(
	ctx context.Context, info *pulumirpc.ProgramInfo, entry string, arguments ...string,
) (*exec.Cmd, error) {
	options, err := parseOptions(info)
	if err != nil {
		return nil, err
	}
	node, err := findNode()
	if err != nil {
		return nil, err
	}
	nodeArguments, err := shlex.Split(options.NodeArgs)
	if err != nil {
		return nil, fmt.Errorf("runtime.options.nodeargs: %w", err)
	}
	script, err := findEntry(info.GetProgramDirectory(), entry)
	if err != nil {
		return nil, err
	}
	command := exec.CommandContext(ctx, node, append(append(nodeArguments, script), arguments...)...)
	command.Cancel = func() error { return command.Process.Signal(os.Interrupt) }
	command.WaitDelay = grace
	return command, nil
}

func environment(request *pulumirpc.RunRequest) ([]string, error) {
	options, err := parseOptions(request.GetInfo())
	if err != nil {
		return nil, err
	}
	config, secretKeys := request.GetConfig(), request.GetConfigSecretKeys()
	if config == nil {
		config = map[string]string{}
	}
	if secretKeys == nil {
		secretKeys = []string{}
	}
	configText, err := json.Marshal(config)
	if err != nil {
		return nil, fmt.Errorf("config of the stack: %w", err)
	}
	secretText, err := json.Marshal(secretKeys)
	if err != nil {
		return nil, fmt.Errorf("secret keys of the stack: %w", err)
	}
	environment := append(os.Environ(),
		"PULUMI_CONFIG="+string(configText),
		"PULUMI_CONFIG_SECRET_KEYS="+string(secretText))
	if options.TypeScript == nil || *options.TypeScript {
		environment = append(environment, "PULUMI_NODEJS_TYPESCRIPT=true")
	}
	if options.TSConfig != "" {
		environment = append(environment, "PULUMI_NODEJS_TSCONFIG_PATH="+options.TSConfig)
	}
	return environment, nil
}

// findEntry finds an entry of the SDK as Node would, without the time that asking Node takes.
func findEntry(folder, entry string) (string, error) {
	for at := folder; ; at = filepath.Dir(at) {
		script := filepath.Join(at, "node_modules", "@pulumi", "pulumi", "cmd", entry, "index.js")
		if _, err := os.Stat(script); err == nil {
			return script, nil
		}
		if at == filepath.Dir(at) {
			return "", fmt.Errorf("the npm package @pulumi/pulumi is not installed in %s: run npm ci there", folder)
		}
	}
}
