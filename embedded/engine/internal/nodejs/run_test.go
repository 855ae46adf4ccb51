package nodejs

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"google.golang.org/protobuf/types/known/emptypb"
	"google.golang.org/protobuf/types/known/structpb"
)

// projectWith makes a program folder whose SDK is the given shell script: what stands for node runs it.
func projectWith(t *testing.T, sdk string) (folder string, request *pulumirpc.RunRequest) {
	t.Helper()
	folder = t.TempDir()
	run := filepath.Join(folder, "node_modules", "@pulumi", "pulumi", "cmd", "run", "index.js")
	write(t, run, sdk)
	bin := t.TempDir()
	write(t, filepath.Join(bin, "node"), "#!/bin/sh\nexec sh \"$@\"\n")
	t.Setenv("PATH", bin+":"+os.Getenv("PATH"))
	program := filepath.Join(folder, "program")
	if err := os.Mkdir(program, 0o755); err != nil {
		t.Fatal(err)
	}
	return folder, &pulumirpc.RunRequest{
		Project: "lab", Stack: "course", Organization: "organization", MonitorAddress: "127.0.0.1:1", Parallel: 16,
		Info: &pulumirpc.ProgramInfo{RootDirectory: folder, ProgramDirectory: program, EntryPoint: "."},
	}
}

func write(t *testing.T, path, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o755); err != nil {
		t.Fatal(err)
	}
}

func run(t *testing.T, request *pulumirpc.RunRequest) *pulumirpc.RunResponse {
	t.Helper()
	response, err := NewHost("127.0.0.1:2").Run(t.Context(), request)
	if err != nil {
		t.Fatal(err)
	}
	return response
}

func TestRunPassesWhatTheSDKExpects(t *testing.T) {
	folder, request := projectWith(t, `printf '%s\n' "$@" > "$OUT"; env | grep ^PULUMI_ >> "$OUT"`)
	out := filepath.Join(folder, "out")
	t.Setenv("OUT", out)
	request.DryRun, request.Args = true, []string{"more"}
	request.Config, request.ConfigSecretKeys = map[string]string{"lab:key": "value"}, []string{"lab:key"}
	options, err := structpb.NewStruct(map[string]any{"tsconfig": "other.json"})
	if err != nil {
		t.Fatal(err)
	}
	request.Info.Options = options
	if response := run(t, request); response.GetError() != "" || response.GetBail() {
		t.Fatal(response)
	}
	text, err := os.ReadFile(out)
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.ReplaceAll(string(text), "\n", " ")
	for _, want := range []string{
		"--monitor 127.0.0.1:1", "--engine 127.0.0.1:2", "--organization organization", "--project lab",
		"--root-directory " + folder, "--stack course", "--pwd " + filepath.Join(folder, "program"), "--parallel 16",
		"--dry-run . more", `PULUMI_CONFIG={"lab:key":"value"}`, `PULUMI_CONFIG_SECRET_KEYS=["lab:key"]`,
		"PULUMI_NODEJS_TYPESCRIPT=true", "PULUMI_NODEJS_TSCONFIG_PATH=other.json",
	} {
		if !strings.Contains(lines, want) {
			t.Errorf("%q is not in: %s", want, lines)
		}
	}
}

func TestHowAProgramEnds(t *testing.T) {
	for script, want := range map[string]*pulumirpc.RunResponse{
		"exit 0":  {},
		"exit 32": {Bail: true},
		"exit 7":  {Error: "the program ended with exit status 7"},
	} {
		_, request := projectWith(t, script)
		got := run(t, request)
		if got.GetError() != want.GetError() || got.GetBail() != want.GetBail() {
			t.Errorf("%s: %v, not %v", script, got, want)
		}
	}
}

func TestCancelInterruptsTheProgram(t *testing.T) {
	folder, request := projectWith(t, `trap 'exit 5' INT; touch "$OUT"; while :; do sleep 0.05; done`)
	started := filepath.Join(folder, "started")
	t.Setenv("OUT", started)
	host := NewHost("127.0.0.1:2")
	ended := make(chan *pulumirpc.RunResponse, 1)
	go func() {
		response, _ := host.Run(t.Context(), request)
		ended <- response
	}()
	for end := time.Now().Add(20 * time.Second); ; time.Sleep(10 * time.Millisecond) {
		if _, err := os.Stat(started); err == nil {
			break
		}
		if time.Now().After(end) {
			t.Fatal("the program did not start within 20 s")
		}
	}
	if _, err := host.Cancel(t.Context(), &emptypb.Empty{}); err != nil {
		t.Fatal(err)
	}
	select {
	case response := <-ended:
		if response.GetError() == "" {
			t.Error("an interrupted program counts as good")
		}
	case <-time.After(2 * grace):
		t.Error("the program did not end")
	}
}

func TestFaultsAreAnswers(t *testing.T) {
	_, request := projectWith(t, "exit 0")
	request.Info.ProgramDirectory = t.TempDir()
	if got := run(t, request).GetError(); !strings.Contains(got, "npm ci") {
		t.Errorf("without the SDK: %q", got)
	}
	request.AttachDebugger = true
	if got := run(t, request).GetError(); !strings.Contains(got, "--attach-debugger") {
		t.Errorf("with a debugger: %q", got)
	}
}

func TestPackageManagersOtherThanNpmAreRefused(t *testing.T) {
	options, err := structpb.NewStruct(map[string]any{"packagemanager": "yarn"})
	if err != nil {
		t.Fatal(err)
	}
	_, err = packageManager(&pulumirpc.ProgramInfo{Options: options})
	if err == nil || !strings.Contains(err.Error(), "packagemanager: yarn") {
		t.Errorf("yarn: %v", err)
	}
}

func TestVersionsAreThoseOfTheNpmPackages(t *testing.T) {
	text, err := os.ReadFile(filepath.Join("..", "..", "..", "..", "package.json"))
	if err != nil {
		t.Fatal(err)
	}
	var manifest struct{ Dependencies map[string]string }
	if err := json.Unmarshal(text, &manifest); err != nil {
		t.Fatal(err)
	}
	info, err := NewHost("").GetPluginInfo(t.Context(), &emptypb.Empty{})
	if err != nil {
		t.Fatal(err)
	}
	if plain, _, _ := strings.Cut(info.GetVersion(), "+"); plain != manifest.Dependencies["@pulumi/pulumi"] {
		t.Errorf("the language host is %s, the SDK %s", info.GetVersion(), manifest.Dependencies["@pulumi/pulumi"])
	}
}
