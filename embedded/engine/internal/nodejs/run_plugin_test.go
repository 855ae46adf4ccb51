package nodejs

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

// heard is the engine's end of a call of RunPlugin.
type heard struct {
	grpc.ServerStream
	context context.Context

	mutex          sync.Mutex
	stdout, stderr string
	exitCodes      []int32
}

func (h *heard) Context() context.Context { return h.context }

func (h *heard) Send(response *pulumirpc.RunPluginResponse) error {
	h.mutex.Lock()
	defer h.mutex.Unlock()
	switch output := response.GetOutput().(type) {
	case *pulumirpc.RunPluginResponse_Stdout:
		h.stdout += string(output.Stdout)
	case *pulumirpc.RunPluginResponse_Stderr:
		h.stderr += string(output.Stderr)
	case *pulumirpc.RunPluginResponse_Exitcode:
		h.exitCodes = append(h.exitCodes, output.Exitcode)
	}
	return nil
}

func (h *heard) printed() string {
	h.mutex.Lock()
	defer h.mutex.Unlock()
	return h.stdout
}

// pluginWith makes a folder of a provider whose SDK is the given shell script: what stands for node runs it.
func pluginWith(t *testing.T, sdk string) *pulumirpc.RunPluginRequest {
	t.Helper()
	folder, program := projectWith(t, "exit 1")
	write(t, filepath.Join(folder, "node_modules", "@pulumi", "pulumi", "cmd", "run-plugin", "index.js"), sdk)
	return &pulumirpc.RunPluginRequest{
		Kind: "resource", Pwd: t.TempDir(), Args: []string{"127.0.0.1:2"}, Info: program.GetInfo(), Env: os.Environ(),
	}
}

func TestRunPluginPassesWhatTheSDKExpects(t *testing.T) {
	request := pluginWith(t, `echo 4711; echo "$@ in $(pwd) with $OF_ENGINE" >&2; exit 3`)
	request.Env = append(request.Env, "OF_ENGINE=this")
	engine := &heard{context: t.Context()}
	if err := NewHost("127.0.0.1:2").RunPlugin(request, engine); err != nil {
		t.Fatal(err)
	}
	if engine.stdout != "4711\n" {
		t.Errorf("the port arrived as %q", engine.stdout)
	}
	want := "--pwd " + request.GetInfo().GetProgramDirectory() + " . 127.0.0.1:2 in " + request.GetPwd() + " with this\n"
	if engine.stderr != want {
		t.Errorf("started as %q, not %q", engine.stderr, want)
	}
	if len(engine.exitCodes) != 1 || engine.exitCodes[0] != 3 {
		t.Errorf("exit codes %v, not one of 3", engine.exitCodes)
	}
}

func TestAProviderEndsWithTheCall(t *testing.T) {
	request := pluginWith(t, `trap 'echo interrupted; exit 0' INT; echo 4711; while :; do sleep 0.05; done`)
	call, end := context.WithCancel(t.Context())
	engine := &heard{context: call}
	ended := make(chan error, 1)
	go func() { ended <- NewHost("127.0.0.1:2").RunPlugin(request, engine) }()
	for limit := time.Now().Add(20 * time.Second); engine.printed() == ""; time.Sleep(10 * time.Millisecond) {
		if time.Now().After(limit) {
			t.Fatal("the provider did not start within 20 s")
		}
	}
	end()
	select {
	case <-ended:
		if !strings.HasSuffix(engine.printed(), "interrupted\n") {
			t.Errorf("it printed %q: it was killed, not interrupted", engine.printed())
		}
	case <-time.After(2 * grace):
		t.Error("the provider did not end")
	}
}

func TestPluginsThatAreRefused(t *testing.T) {
	for name, change := range map[string]func(*pulumirpc.RunPluginRequest){
		"policy pack": func(request *pulumirpc.RunPluginRequest) { request.Kind = "analyzer" },
		"debugger":    func(request *pulumirpc.RunPluginRequest) { request.AttachDebugger = true },
	} {
		request := pluginWith(t, "exit 0")
		change(request)
		engine := &heard{context: t.Context()}
		err := NewHost("").RunPlugin(request, engine)
		if status.Code(err) != codes.Unimplemented || len(engine.exitCodes) > 0 {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestAProviderWithoutTheSDKSaysWhatToDo(t *testing.T) {
	request := pluginWith(t, "exit 0")
	request.Info.ProgramDirectory = t.TempDir()
	err := NewHost("").RunPlugin(request, &heard{context: t.Context()})
	if err == nil || !strings.Contains(err.Error(), "npm ci") {
		t.Errorf("without the SDK: %v", err)
	}
}
