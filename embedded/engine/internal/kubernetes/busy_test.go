package kubernetes

import (
	"context"
	"testing"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/dynamic"
)

// contested is an object that somebody else has always written just before, for so many patches.
type contested struct {
	dynamic.ResourceInterface
	meanwhile int
}

func (c *contested) Patch(
	ctx context.Context, name string, kind types.PatchType, body []byte, options metav1.PatchOptions, sub ...string,
) (*unstructured.Unstructured, error) {
	if c.meanwhile == 0 {
		return c.ResourceInterface.Patch(ctx, name, kind, body, options, sub...)
	}
	c.meanwhile--
	note := []byte(`{"metadata": {"annotations": {"written": "` + string(rune('a'+c.meanwhile)) + `"}}}`)
	if _, err := c.ResourceInterface.Patch(ctx, name, types.MergePatchType, note, metav1.PatchOptions{FieldManager: "someone"}); err != nil {
		return nil, err
	}
	return nil, apierrors.NewConflict(schema.GroupResource{Resource: "configmaps"}, name, nil)
}

func contest(s stack, name string, meanwhile int) change {
	s.Helper()
	made := s.mustCreate(configMap, "{apiVersion: v1, kind: ConfigMap, metadata: {name: "+name+"}, data: {a: one}}")
	state, err := decode(made.state)
	if err != nil {
		s.Fatal(err)
	}
	record := readRecord(state)
	client, err := s.p.cluster.resource(record.live)
	if err != nil {
		s.Fatal(err)
	}
	wanted := object(s.T, "{apiVersion: v1, kind: ConfigMap, metadata: {name: "+name+", namespace: default}, data: {a: two}}")
	return change{
		client: &contested{client, meanwhile}, name: name, manager: record.manager,
		wanted: &unstructured.Unstructured{Object: wanted},
	}
}

func TestWrittenMeanwhileIsAppliedAgain(t *testing.T) {
	s := newStack(t)
	applied, err := contest(s, "busy", 6).apply(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	if value, _, _ := unstructured.NestedString(applied.Object, "data", "a"); value != "two" {
		t.Errorf("data.a is %q", value)
	}
	if applied.GetAnnotations()["written"] != "a" {
		t.Errorf("what the other wrote is lost: %v", applied.GetAnnotations())
	}
}

func TestAlwaysWrittenMeanwhileIsAnErrorInTheEnd(t *testing.T) {
	s := newStack(t)
	if _, err := contest(s, "always-busy", 1000).apply(context.Background()); !apierrors.IsConflict(err) {
		t.Errorf("%v", err)
	}
}
