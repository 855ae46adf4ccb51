package remote

import (
	"context"

	p "github.com/pulumi/pulumi-go-provider"
	"github.com/pulumi/pulumi-go-provider/infer"

	"storage-lab.example/engine/internal/edition"
)

// NewProvider answers a provider that has the resource command:remote:Command, and refuses the rest of the package by
// name.
func NewProvider() p.Provider {
	provider := infer.Provider(infer.Options{
		Resources: []infer.InferredResource{infer.Resource(Command{})},
	})
	check := provider.Check
	provider.Check = func(ctx context.Context, request p.CheckRequest) (p.CheckResponse, error) {
		if kind := request.Urn.Type(); kind != "command:remote:Command" {
			return p.CheckResponse{}, edition.Refusal("the resource "+string(kind), "pulumi-resource-command")
		}
		return check(ctx, request)
	}
	provider.Invoke = func(_ context.Context, request p.InvokeRequest) (p.InvokeResponse, error) {
		return p.InvokeResponse{}, edition.Refusal("the function "+string(request.Token), "pulumi-resource-command")
	}
	return provider
}
