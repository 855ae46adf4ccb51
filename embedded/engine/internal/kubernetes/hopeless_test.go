package kubernetes

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/pulumi/pulumi/sdk/v3/go/common/util/rpcutil/rpcerror"
	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
)

// hopelessLimit is 20 seconds, and some for a machine that runs all these tests at once; the waits have minutes.
const hopelessLimit = 30 * time.Second

// TestHopelessCreatesEnd holds that a create ends with cause and remedy where waiting will not help, and that the object is in
// the state all the same.
func TestHopelessCreatesEnd(t *testing.T) {
	const pods = `template: {metadata: {labels: {a: b}}, spec: {containers: [{name: c, image: x}]}}`
	const selector = "selector: {matchLabels: {a: b}}, "
	for name, c := range map[string]struct{ token, object, wants string }{
		"StatefulSet under a quota": {"kubernetes:apps/v1:StatefulSet", `{apiVersion: apps/v1, kind: StatefulSet, metadata: {name: x}, spec: {serviceName: x, ` + selector + pods + `}}`, "exceeded quota: none"},
		"Deployment under a quota":  {"kubernetes:apps/v1:Deployment", `{apiVersion: apps/v1, kind: Deployment, metadata: {name: x}, spec: {` + selector + pods + `}}`, "exceeded quota: none"},
		"Job under a quota": {"kubernetes:batch/v1:Job", `{apiVersion: batch/v1, kind: Job, metadata: {name: x},
spec: {template: {spec: {restartPolicy: Never, containers: [{name: c, image: x}]}}}}`, "exceeded quota: none"},
		"claim without its class": {claim, `{apiVersion: v1, kind: PersistentVolumeClaim, metadata: {name: x}, spec: {accessModes: [ReadWriteOnce], storageClassName: nowhere, resources: {requests: {storage: 1Gi}}}}`, "the storage class nowhere, which is not there"},
		"claim of a released volume": {claim, `{apiVersion: v1, kind: PersistentVolumeClaim, metadata: {name: x}, spec: {accessModes: [ReadWriteOnce], storageClassName: "", volumeName: left,
resources: {requests: {storage: 1Gi}}}}`, "repair-volume left"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newStack(t)
			namespace := strings.ReplaceAll(strings.ToLower(name), " ", "-")
			s.mustCreate("kubernetes:core/v1:Namespace", "{apiVersion: v1, kind: Namespace, metadata: {name: "+namespace+"}}")
			within := func(object string) string {
				return strings.Replace(object, "metadata: {name:", "metadata: {namespace: "+namespace+", name:", 1)
			}
			switch {
			case strings.Contains(name, "quota"):
				s.mustCreate("kubernetes:core/v1:ResourceQuota", within(`{apiVersion: v1, kind: ResourceQuota, metadata: {name: none}, spec: {hard: {pods: 0}}}`))
			case strings.Contains(name, "released"):
				s.mustCreate(volume, `{apiVersion: v1, kind: PersistentVolume, metadata: {name: left, annotations: {pulumi.com/skipAwait: "true"}}, spec: {capacity: {storage: 1Gi}, accessModes: [ReadWriteOnce],
storageClassName: "", claimRef: {namespace: `+namespace+`, name: x, uid: gone}, nfs: {server: 10.0.0.1, path: /x}}}`)
			}
			// What was written last is the quota; a class may come as long as anything is written.
			begin := time.Now()
			made, err := s.create(c.token, within(c.object), 0)
			failure, ok := rpcerror.FromError(err)
			if took := time.Since(begin); !ok || took > hopelessLimit || !strings.Contains(err.Error(), c.wants) {
				t.Fatalf("after %s: %v", took, err)
			}
			failed := failure.Details()[0].(*pulumirpc.ErrorResourceInitFailed)
			made.id, made.state = failed.GetId(), failed.GetProperties()
			s.delete(made)
		})
	}
}

// TestAClaimThatIsNotBoundShowsAtARefresh holds that the next run goes on with it.
func TestAClaimThatIsNotBoundShowsAtARefresh(t *testing.T) {
	s := newStack(t)
	const wanted = `{apiVersion: v1, kind: PersistentVolumeClaim, metadata: {name: unbound, annotations: {pulumi.com/timeoutSeconds: "1"}},
spec: {accessModes: [ReadWriteOnce], storageClassName: "", resources: {requests: {storage: 1Gi}}}}`
	inputs := s.checked(claim, wanted, nil)
	client, err := s.p.cluster.resource(&unstructured.Unstructured{Object: inputs.AsMap()})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := client.Create(context.Background(), &unstructured.Unstructured{Object: inputs.AsMap()}, metav1.CreateOptions{}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = client.Delete(context.Background(), "unbound", metav1.DeleteOptions{}) })
	_, err = s.p.Read(context.Background(), &pulumirpc.ReadRequest{Urn: urnOf(claim), Id: "default/unbound", Properties: inputs, Inputs: inputs})
	if failure, ok := rpcerror.FromError(err); !ok || len(failure.Details()) != 1 || !strings.Contains(err.Error(), "waiting for the claim to be bound") {
		t.Errorf("%v", err)
	}
}
