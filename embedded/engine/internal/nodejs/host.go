// Package nodejs is a language host for Pulumi programs that are written for Node: it speaks the engine's LanguageRuntime
// protocol and starts the program through the SDK's own entry, @pulumi/pulumi/cmd/run.
package nodejs

import (
	"context"
	"encoding/json"
	"fmt"
	"os/exec"
	"path/filepath"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/common/util/rpcutil"
	"github.com/pulumi/pulumi/sdk/v3/nodejs/npm"
	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"google.golang.org/protobuf/types/known/emptypb"

	"storage-lab.example/engine/internal/edition"
)

// Host serves one engine. What it does not implement is refused by the embedded server.
type Host struct {
	pulumirpc.UnimplementedLanguageRuntimeServer

	engine   string // address of the engine, host:port
	programs context.Context
	endAll   context.CancelFunc
}

// NewHost makes a host for the engine at an address.
func NewHost(engine string) *Host {
	programs, endAll := context.WithCancel(context.Background())
	return &Host{engine: engine, programs: programs, endAll: endAll}
}

// EndWith turns a context into the channel that ends an rpcutil server.
func EndWith(ctx context.Context) chan bool {
	end := make(chan bool)
	context.AfterFunc(ctx, func() { close(end) })
	return end
}

// Handshake takes the engine's address again; an engine may leave the call out, as 3.259.0 does.
func (h *Host) Handshake(
	_ context.Context, request *pulumirpc.LanguageHandshakeRequest,
) (*pulumirpc.LanguageHandshakeResponse, error) {
	h.engine = request.GetEngineAddress()
	return &pulumirpc.LanguageHandshakeResponse{}, nil
}

// GetPluginInfo answers the version.
func (h *Host) GetPluginInfo(context.Context, *emptypb.Empty) (*pulumirpc.PluginInfo, error) {
	return &pulumirpc.PluginInfo{Version: edition.NodeJS}, nil
}

// GetRequiredPackages names no package: providers are looked up when the program first uses them.
func (h *Host) GetRequiredPackages(
	context.Context, *pulumirpc.GetRequiredPackagesRequest,
) (*pulumirpc.GetRequiredPackagesResponse, error) {
	return &pulumirpc.GetRequiredPackagesResponse{}, nil
}

// RuntimeOptionsPrompts has no questions for `pulumi new`.
func (h *Host) RuntimeOptionsPrompts(
	context.Context, *pulumirpc.RuntimeOptionsRequest,
) (*pulumirpc.RuntimeOptionsResponse, error) {
	return &pulumirpc.RuntimeOptionsResponse{}, nil
}

// About says which Node would run the program.
func (h *Host) About(ctx context.Context, _ *pulumirpc.AboutRequest) (*pulumirpc.AboutResponse, error) {
	node, err := findNode()
	if err != nil {
		return nil, err
	}
	version, err := exec.CommandContext(ctx, node, "--version").Output()
	if err != nil {
		return nil, fmt.Errorf("%s --version: %w", node, err)
	}
	return &pulumirpc.AboutResponse{
		Executable: node,
		Version:    strings.TrimSpace(string(version)),
		Metadata:   map[string]string{"languageHost": edition.NodeJS},
	}, nil
}

// GetProgramDependencies lists the npm packages of the program.
func (h *Host) GetProgramDependencies(
	ctx context.Context, request *pulumirpc.GetProgramDependenciesRequest,
) (*pulumirpc.GetProgramDependenciesResponse, error) {
	folder := request.GetInfo().GetProgramDirectory()
	manager, err := packageManager(request.GetInfo())
	if err != nil {
		return nil, err
	}
	packages, err := manager.ListPackages(ctx, folder, request.GetTransitiveDependencies())
	if err != nil {
		return nil, fmt.Errorf("listing the npm packages of %s: %w", folder, err)
	}
	response := &pulumirpc.GetProgramDependenciesResponse{}
	for _, p := range packages {
		response.Dependencies = append(response.Dependencies,
			&pulumirpc.DependencyInfo{Name: p.Name, Version: p.Version})
	}
	return response, nil
}

// InstallDependencies installs the npm packages of a program, or of a provider, exactly as its lock file says; without
// one, as the project's package manager sees fit.
func (h *Host) InstallDependencies(
	request *pulumirpc.InstallDependenciesRequest, server pulumirpc.LanguageRuntime_InstallDependenciesServer,
) error {
	streams, stdout, stderr, err := rpcutil.MakeInstallDependenciesStreams(server, request.GetIsTerminal())
	if err != nil {
		return err
	}
	defer func() { _ = streams.Close() }()
	folder := request.GetInfo().GetProgramDirectory()
	manager, err := packageManager(request.GetInfo())
	if err != nil {
		return err
	}
	if locks, _ := filepath.Glob(filepath.Join(folder, "package-lock.json")); manager.Name() == "npm" && len(locks) == 1 {
		install := exec.CommandContext(server.Context(), "npm", "ci", "--loglevel=error")
		install.Dir, install.Stdout, install.Stderr = folder, stdout, stderr
		err = install.Run()
	} else {
		err = manager.Install(server.Context(), folder, false, stdout, stderr)
	}
	if err != nil {
		return fmt.Errorf("installing the npm packages of %s: %w", folder, err)
	}
	return nil
}

// Cancel ends the running program, asking it first.
func (h *Host) Cancel(context.Context, *emptypb.Empty) (*emptypb.Empty, error) {
	h.endAll()
	return &emptypb.Empty{}, nil
}

func packageManager(program *pulumirpc.ProgramInfo) (npm.PackageManager, error) {
	options, err := parseOptions(program)
	if err != nil {
		return nil, err
	}
	kind := npm.AutoPackageManager
	switch options.PackageManager {
	case "", "auto":
	case "npm":
		kind = npm.NpmPackageManager
	default:
		return nil, edition.Refusal(
			fmt.Sprintf("the option packagemanager: %s of Pulumi.yaml", options.PackageManager), "pulumi-language-nodejs")
	}
	return npm.ResolvePackageManager(kind, program.GetProgramDirectory())
}

// options are those of `runtime.options` in Pulumi.yaml.
type options struct {
	TypeScript     *bool  `json:"typescript"` // default true
	TSConfig       string `json:"tsconfig"`
	NodeArgs       string `json:"nodeargs"`
	PackageManager string `json:"packagemanager"`
}

func parseOptions(program *pulumirpc.ProgramInfo) (options, error) {
	var parsed options
	text, err := program.GetOptions().MarshalJSON()
	if err == nil {
		err = json.Unmarshal(text, &parsed)
	}
	if err != nil {
		return parsed, fmt.Errorf("runtime.options of Pulumi.yaml: %w", err)
	}
	return parsed, nil
}

func findNode() (string, error) {
	node, err := exec.LookPath("node")
	if err != nil {
		return "", fmt.Errorf("no program named node on PATH; install Node 22 or newer: %w", err)
	}
	return node, nil
}
