package kubernetes

import (
	"context"
	"errors"
	"fmt"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"

	"storage-lab.example/engine/internal/kubernetes/await"
)

// Read gets the live object for a refresh, an import or a `.get()`. The inputs it answers are the live values of the
// fields that the program had set, so a drift shows and the server's additions do not. Nothing known of the program's
// inputs, as in an import, they are all that the object says of itself.
func (p *Provider) Read(ctx context.Context, req *pulumirpc.ReadRequest) (*pulumirpc.ReadResponse, error) {
	ctx, stop := p.bound(ctx)
	defer stop()
	urn := resource.URN(req.GetUrn())
	gvk, err := kindOfURN(urn)
	if err != nil {
		return nil, err
	}
	state, err := decode(req.GetProperties())
	if err != nil {
		return nil, err
	}
	oldInputs, err := decode(req.GetInputs())
	if err != nil {
		return nil, err
	}
	if err := p.cluster.connect(); err != nil {
		if p.settings.deleteUnreachable {
			p.warn(urn, "dropped from the state, because its cluster cannot be reached: "+err.Error())
			return &pulumirpc.ReadResponse{}, nil
		}
		return nil, fmt.Errorf("%w. If the cluster is gone for good, PULUMI_K8S_DELETE_UNREACHABLE=true drops its "+
			"objects from the state", err)
	}
	old := readRecord(state)
	inputs := normalize(toObject(oldInputs))
	importing := inputs.GetKind() == "" && old.live.GetKind() == ""
	namespace, name := splitIdentity(req.GetId())
	inputs.SetGroupVersionKind(gvk)
	if inputs.GetName() == "" {
		inputs.SetName(name)
	}
	if inputs.GetNamespace() == "" {
		inputs.SetNamespace(namespace)
	}
	live, err := p.get(ctx, inputs, name)
	if err != nil {
		return nil, err
	}
	if live == nil {
		return &pulumirpc.ReadResponse{}, nil
	}
	current := &unstructured.Unstructured{Object: asWritten(live, inputs)}
	// What a program only reads (`.get()`) has no inputs, before a refresh and after it.
	if importing || len(oldInputs) == 0 {
		current = importedInputs(live)
	}
	next := record{inputs: current, live: live, apiVersion: old.apiVersion, manager: old.manager}
	if next.apiVersion == "" {
		next.apiVersion = live.GetAPIVersion()
	}
	if next.manager == "" {
		next.manager = newManager()
	}
	return p.readResult(ctx, urn, req.GetId(), next, oldInputs, importing)
}

// readResult encodes what was read; an object that is not ready is told as such, as after a create.
func (p *Provider) readResult(
	ctx context.Context, urn resource.URN, id string, read record, oldInputs resource.PropertyMap, importing bool,
) (*pulumirpc.ReadResponse, error) {
	state, err := read.encode(oldInputs)
	if err != nil {
		return nil, err
	}
	properties := resource.NewPropertyMapFromMap(read.inputs.Object)
	markSecrets(properties, oldInputs)
	if !importing && len(oldInputs) == 0 {
		properties = resource.PropertyMap{}
	}
	inputs, err := encode(properties)
	if err != nil {
		return nil, err
	}
	if !importing && annotation(read.inputs, annotationSkipAwait) != "true" {
		err := p.waiter(urn).Check(ctx, read.live)
		var notReady *await.NotReadyError
		if errors.As(err, &notReady) {
			return nil, initFailed(id, title(read.live)+" is not ready", err, state, inputs)
		}
		if err != nil {
			return nil, fmt.Errorf("cannot see whether %s is ready: %w", title(read.live), err)
		}
	}
	return &pulumirpc.ReadResponse{Id: id, Properties: state, Inputs: inputs}, nil
}

// get reads one object, nil if it or its kind is gone.
func (p *Provider) get(
	ctx context.Context, like *unstructured.Unstructured, name string,
) (*unstructured.Unstructured, error) {
	client, err := p.cluster.find(like)
	if client == nil || err != nil {
		return nil, err
	}
	live, err := client.Get(ctx, name, metav1.GetOptions{})
	if apierrors.IsNotFound(err) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("%s cannot be read: %w", title(like), err)
	}
	return live, nil
}

// importedInputs are the fields of an object that a program could have written.
func importedInputs(live *unstructured.Unstructured) *unstructured.Unstructured {
	inputs := normalize(&unstructured.Unstructured{Object: runtime.DeepCopyJSON(live.Object)})
	delete(inputs.Object, "status")
	for _, written := range []string{
		"deployment.kubernetes.io/revision", "kubectl.kubernetes.io/last-applied-configuration",
	} {
		unstructured.RemoveNestedField(inputs.Object, "metadata", "annotations", written)
	}
	return inputs
}
