// Package kubernetes is a Pulumi resource provider for Kubernetes objects of any kind. It keeps its state in the shape
// that pulumi-kubernetes 4.32 uses, so that a stack can move to that provider without a change.
//
// The whole life of an object goes through the dynamic client: the type token names group, version and kind, and the
// API server's discovery tells the rest. Previews are dry runs on the API server.
package kubernetes

import (
	"context"
	"fmt"
	"sync/atomic"
	"time"

	"github.com/pulumi/pulumi/sdk/v3/go/common/diag"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/types/known/emptypb"

	"storage-lab.example/engine/internal/edition"
)

// Version is the version of pulumi-kubernetes whose state and behaviour this provider keeps to.
const Version = "4.32.0"

// Host is the part of the engine that the provider talks to.
type Host interface {
	// Log shows a message with the resource, for good.
	Log(ctx context.Context, severity diag.Severity, urn resource.URN, message string) error
	// LogStatus shows a message in the resource's progress line until the next one; "" clears it.
	LogStatus(ctx context.Context, severity diag.Severity, urn resource.URN, message string) error
}

// Provider serves one configured connection to one cluster.
type Provider struct {
	pulumirpc.UnimplementedResourceProviderServer

	host     Host
	settings settings
	cluster  *cluster

	// wrote is when the run last made, changed or deleted something here, in nanoseconds since 1970.
	wrote atomic.Int64

	// alive ends when the engine cancels the operation.
	alive  context.Context
	cancel context.CancelFunc
}

// New makes a provider that is not yet configured.
func New(host Host) *Provider {
	alive, cancel := context.WithCancel(context.Background())
	return &Provider{host: host, alive: alive, cancel: cancel}
}

// GetPluginInfo tells the version.
func (p *Provider) GetPluginInfo(context.Context, *emptypb.Empty) (*pulumirpc.PluginInfo, error) {
	return &pulumirpc.PluginInfo{Version: edition.Kubernetes}, nil
}

// GetSchema answers with an empty schema: types come from the npm package.
func (p *Provider) GetSchema(context.Context, *pulumirpc.GetSchemaRequest) (*pulumirpc.GetSchemaResponse, error) {
	return &pulumirpc.GetSchemaResponse{
		Schema: fmt.Sprintf(`{"name":"kubernetes","version":%q}`, Version),
	}, nil
}

// Cancel ends every wait that is under way.
func (p *Provider) Cancel(context.Context, *emptypb.Empty) (*emptypb.Empty, error) {
	p.cancel()
	return &emptypb.Empty{}, nil
}

// Invoke refuses every function.
func (p *Provider) Invoke(_ context.Context, req *pulumirpc.InvokeRequest) (*pulumirpc.InvokeResponse, error) {
	return nil, unsupported("the function " + req.GetTok())
}

// Call refuses every method.
func (p *Provider) Call(_ context.Context, req *pulumirpc.CallRequest) (*pulumirpc.CallResponse, error) {
	return nil, unsupported("the method " + req.GetTok())
}

// Construct refuses every component (yaml, kustomize and Helm v4).
func (p *Provider) Construct(
	_ context.Context, req *pulumirpc.ConstructRequest,
) (*pulumirpc.ConstructResponse, error) {
	return nil, unsupported("the component " + req.GetType())
}

// unsupported is the answer to what this provider does not cover.
func unsupported(what string) error {
	return status.Error(codes.Unimplemented, notCovered(what))
}

// notCovered is the sentence for what this provider does not cover.
func notCovered(what string) string {
	return what + " is not supported by this small kubernetes provider; install the official plugin: " +
		"pulumi plugin install resource kubernetes " + Version
}

// bound gives a context that ends with the request and with the engine's cancel.
func (p *Provider) bound(ctx context.Context) (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithCancelCause(ctx)
	stop := context.AfterFunc(p.alive, func() { cancel(errCancelled) })
	return ctx, func() { stop(); cancel(nil) }
}

// writes notes that the run makes, changes or deletes something.
func (p *Provider) writes() { p.wrote.Store(time.Now().UnixNano()) }

// lastWrite is when it last did so.
func (p *Provider) lastWrite() time.Time { return time.Unix(0, p.wrote.Load()) }

var errCancelled = fmt.Errorf("the operation was cancelled")

// progress gives a function that shows one progress line of a resource.
func (p *Provider) progress(urn resource.URN) func(string) {
	return func(message string) { _ = p.host.LogStatus(p.alive, diag.Info, urn, message) }
}

// warn shows a warning with a resource.
func (p *Provider) warn(urn resource.URN, message string) {
	_ = p.host.Log(p.alive, diag.Warning, urn, message)
}
