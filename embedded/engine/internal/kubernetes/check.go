package kubernetes

import (
	"context"
	"fmt"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
)

// Check fills in what the program left open: the name, the namespace of the provider, and the canonical form of values.
func (p *Provider) Check(_ context.Context, req *pulumirpc.CheckRequest) (*pulumirpc.CheckResponse, error) {
	urn := resource.URN(req.GetUrn())
	gvk, err := kindOfURN(urn)
	if err != nil {
		return nil, err
	}
	olds, err := decode(req.GetOlds())
	if err != nil {
		return nil, err
	}
	news, err := decode(req.GetNews())
	if err != nil {
		return nil, err
	}
	obj := normalize(toObject(news))
	if failures := refusals(obj); failures != nil {
		return &pulumirpc.CheckResponse{Inputs: req.GetNews(), Failures: failures}, nil
	}
	if err := assignName(obj, toObject(olds), urn, req.GetRandomSeed(), req.GetAutonaming()); err != nil {
		return nil, err
	}
	if values := child(obj.Object, "metadata"); values != nil && isEmpty(values["namespace"]) {
		if p.cluster.namespaced(gvk) {
			values["namespace"] = p.cluster.namespace
		}
	}
	inputs := resource.NewPropertyMapFromMap(obj.Object)
	markSecrets(inputs, news)
	encoded, err := encode(inputs)
	if err != nil {
		return nil, err
	}
	return &pulumirpc.CheckResponse{Inputs: encoded}, nil
}

func isEmpty(value any) bool { return value == nil || value == "" }

// refusals names what an object asks for and this provider does not do.
func refusals(obj *unstructured.Unstructured) []*pulumirpc.CheckFailure {
	var failures []*pulumirpc.CheckFailure
	if !hasName(obj) && !isEmpty(metadata(obj)["generateName"]) {
		failures = append(failures, &pulumirpc.CheckFailure{
			Property: "metadata.generateName",
			Reason: "metadata.generateName does not work with server-side apply; leave the name out " +
				"to have one made, or set metadata.name",
		})
	}
	for _, key := range refusedAnnotations {
		if annotation(obj, key) != "" {
			failures = append(failures, &pulumirpc.CheckFailure{
				Property: fmt.Sprintf("metadata.annotations[%q]", key), Reason: notCovered("the annotation " + key),
			})
		}
	}
	return failures
}
