package kubernetes

import (
	"context"
	"fmt"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"google.golang.org/protobuf/types/known/emptypb"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
)

// Delete deletes an object, what it owns first, and waits until it is gone. An object that is gone already is no error.
func (p *Provider) Delete(ctx context.Context, req *pulumirpc.DeleteRequest) (*emptypb.Empty, error) {
	ctx, stop := p.bound(ctx)
	defer stop()
	urn := resource.URN(req.GetUrn())
	state, err := decode(req.GetProperties())
	if err != nil {
		return nil, err
	}
	if err := p.cluster.connect(); err != nil {
		if p.settings.deleteUnreachable {
			p.warn(urn, "dropped from the state, because its cluster cannot be reached: "+err.Error())
			return &emptypb.Empty{}, nil
		}
		return nil, fmt.Errorf("%w. If the cluster is gone for good, PULUMI_K8S_DELETE_UNREACHABLE=true drops its "+
			"objects from the state", err)
	}
	old := readRecord(state)
	client, err := p.cluster.find(old.live)
	if err != nil {
		return nil, err
	}
	if client == nil {
		return &emptypb.Empty{}, nil
	}
	_, name := splitIdentity(req.GetId())
	policy := propagation(old.inputs)
	err = client.Delete(ctx, name, metav1.DeleteOptions{PropagationPolicy: &policy})
	if apierrors.IsNotFound(err) {
		return &emptypb.Empty{}, nil
	}
	if err != nil {
		return nil, fmt.Errorf("%s was not deleted: %w", title(old.live), err)
	}
	options := p.patience(old.inputs, req.GetTimeout())
	options.Skip = options.Skip && skippable[kindOf(old.live).GroupKind()]
	p.writes()
	if err := p.waiter(urn).Gone(ctx, old.live, options); err != nil {
		return nil, err
	}
	p.writes()
	return &emptypb.Empty{}, nil
}

// propagation reads the annotation pulumi.com/deletionPropagationPolicy; default: foreground, what the object owns goes
// before it.
func propagation(inputs *unstructured.Unstructured) metav1.DeletionPropagation {
	switch strings.ToLower(annotation(inputs, annotationPropagation)) {
	case "background":
		return metav1.DeletePropagationBackground
	case "orphan":
		return metav1.DeletePropagationOrphan
	}
	return metav1.DeletePropagationForeground
}

// skippable are the kinds whose deletion is not waited for either under pulumi.com/skipAwait; as in pulumi-kubernetes.
var skippable = map[schema.GroupKind]bool{
	{Kind: "Namespace"}:                  true,
	{Kind: "Pod"}:                        true,
	{Kind: "ReplicationController"}:      true,
	{Group: "apps", Kind: "DaemonSet"}:   true,
	{Group: "apps", Kind: "Deployment"}:  true,
	{Group: "apps", Kind: "StatefulSet"}: true,
	{Group: "batch", Kind: "Job"}:        true,
}
