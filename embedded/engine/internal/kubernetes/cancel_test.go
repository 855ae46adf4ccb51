package kubernetes

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/pulumi/pulumi/sdk/v3/go/common/util/rpcutil/rpcerror"
	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/util/wait"
)

// cancelLimit is how soon after a cancel a create must have answered; the engine waits for it, but who ended it may not.
const cancelLimit = 5 * time.Second

// TestACancelledWaitIsInTheState holds that an object whose readiness is waited for when the engine cancels is handed over as
// made, with all that the API server said of it, so that the next run goes on with it; and that an update does the same.
func TestACancelledWaitIsInTheState(t *testing.T) {
	const template = `selector: {matchLabels: {a: b}}, template: {metadata: {labels: {a: b}}, spec: {containers: [{name: c, image: x}]}}`
	for token, inputs := range map[string]string{
		"kubernetes:apps/v1:StatefulSet":           `{apiVersion: apps/v1, kind: StatefulSet, metadata: {name: cut}, spec: {serviceName: x, ` + template + `}}`,
		"kubernetes:apps/v1:Deployment":            `{apiVersion: apps/v1, kind: Deployment, metadata: {name: cut}, spec: {` + template + `}}`,
		"kubernetes:batch/v1:Job":                  `{apiVersion: batch/v1, kind: Job, metadata: {name: cut}, spec: {template: {spec: {restartPolicy: Never, containers: [{name: c, image: x}]}}}}`,
		"kubernetes:core/v1:Pod":                   `{apiVersion: v1, kind: Pod, metadata: {name: cut}, spec: {containers: [{name: c, image: x}]}}`,
		"kubernetes:core/v1:ReplicationController": `{apiVersion: v1, kind: ReplicationController, metadata: {name: cut}, spec: {selector: {a: c}, template: {metadata: {labels: {a: c}}, spec: {containers: [{name: c, image: x}]}}}}`,
		claim:                       `{apiVersion: v1, kind: PersistentVolumeClaim, metadata: {name: cut}, spec: {accessModes: [ReadWriteOnce], storageClassName: "", resources: {requests: {storage: 1Gi}}}}`,
		service:                     `{apiVersion: v1, kind: Service, metadata: {name: cut}, spec: {selector: {a: none}, ports: [{port: 1}]}}`,
		"kubernetes:core/v1:Secret": `{apiVersion: v1, kind: Secret, type: kubernetes.io/service-account-token, metadata: {name: cut, annotations: {kubernetes.io/service-account.name: default}}}`,
		"kubernetes:networking.k8s.io/v1:Ingress": `{apiVersion: networking.k8s.io/v1, kind: Ingress, metadata: {name: cut}, spec: {defaultBackend: {service: {name: x, port: {number: 1}}}}}`,
	} {
		t.Run(token, func(t *testing.T) {
			s := newStack(t)
			made := live{token: token, inputs: s.checked(token, inputs, nil)}
			answer := make(chan error, 1)
			go func() {
				created, err := s.p.Create(context.Background(), &pulumirpc.CreateRequest{Urn: urnOf(token), Properties: made.inputs})
				made.id, made.state = created.GetId(), created.GetProperties()
				answer <- err
			}()
			there := live{token: token, id: "default/cut", inputs: made.inputs}
			s.until("it is there", func() bool { return s.read(there) != nil })
			s.cancelled(answer, &made)
			metadata, _ := made.state.AsMap()["metadata"].(map[string]any)
			if made.id != "default/cut" || metadata["uid"] == nil {
				t.Errorf("left as %q: %v", made.id, metadata)
			}
			newStack(t).delete(made)
		})
	}
}

func TestACancelledUpdateIsInTheState(t *testing.T) {
	// The life of a provider ends with a cancel.
	maker, s := newStack(t), newStack(t)
	const token, wanted = "kubernetes:apps/v1:Deployment", `{apiVersion: apps/v1, kind: Deployment, metadata: {name: cut-update},
spec: {replicas: 0, selector: {matchLabels: {a: b}}, template: {metadata: {labels: {a: b}}, spec: {containers: [{name: c, image: x}]}}}}`
	made := maker.mustCreate(token, wanted)
	next := live{token: token, id: made.id, inputs: s.checked(token, strings.Replace(wanted, "replicas: 0", "replicas: 1", 1), made.inputs)}
	answer := make(chan error, 1)
	go func() {
		_, err := s.p.Update(context.Background(), &pulumirpc.UpdateRequest{Urn: urnOf(token), Id: made.id, Olds: made.state, News: next.inputs})
		answer <- err
	}()
	s.until("it is written", func() bool {
		replicas, _, _ := unstructured.NestedInt64(s.read(made).Object, "spec", "replicas")
		return replicas == 1
	})
	s.cancelled(answer, &next)
	if replicas := next.state.AsMap()["spec"].(map[string]any)["replicas"]; replicas != 1.0 {
		t.Errorf("replicas %v", replicas)
	}
}

// cancelled cancels, and takes over what was made from an answer that comes in time.
func (s stack) cancelled(answer chan error, made *live) {
	s.Helper()
	_, _ = s.p.Cancel(context.Background(), nil)
	select {
	case err := <-answer:
		failure, ok := rpcerror.FromError(err)
		if err == nil {
			return // it was ready
		}
		if !ok || len(failure.Details()) != 1 {
			s.Fatalf("%v", err)
		}
		failed := failure.Details()[0].(*pulumirpc.ErrorResourceInitFailed)
		if !strings.Contains(failed.GetReasons()[0], "the operation was cancelled while waiting for") {
			s.Errorf("%v", failed.GetReasons())
		}
		made.id, made.state = failed.GetId(), failed.GetProperties()
	case <-time.After(cancelLimit):
		s.Fatal("the cancel was not heard")
	}
}

// read gets the object itself, nil if it is not there.
func (s stack) read(of live) *unstructured.Unstructured {
	s.Helper()
	inputs, err := decode(of.inputs)
	if err != nil {
		s.Fatal(err)
	}
	_, name := splitIdentity(of.id)
	found, err := s.p.get(context.Background(), toObject(inputs), name)
	if err != nil {
		s.Fatal(err)
	}
	return found
}

func (s stack) until(what string, done func() bool) {
	s.Helper()
	err := wait.PollUntilContextTimeout(context.Background(), 50*time.Millisecond, 30*time.Second, true,
		func(context.Context) (bool, error) { return done(), nil })
	if err != nil {
		s.Fatalf("waiting until %s: %v", what, err)
	}
}
