package kubernetes

import (
	"context"
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/common/util/rpcutil/rpcerror"
	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"google.golang.org/protobuf/proto"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
)

const (
	configMap = "kubernetes:core/v1:ConfigMap"
	volume    = "kubernetes:core/v1:PersistentVolume"
	claim     = "kubernetes:core/v1:PersistentVolumeClaim"
	service   = "kubernetes:core/v1:Service"
)

func TestStaticPair(t *testing.T) {
	s := newStack(t)
	const pv = `{apiVersion: v1, kind: PersistentVolume, metadata: {name: pair}, spec: {capacity: {storage: 1024Mi}, accessModes: [ReadWriteMany],
storageClassName: "", claimRef: {namespace: default, name: pair}, nfs: {server: 10.0.0.1, path: /x}}}`
	const pvc = `{apiVersion: v1, kind: PersistentVolumeClaim, metadata: {name: pair}, spec: {accessModes: [ReadWriteMany], storageClassName: "",
volumeName: pair, resources: {requests: {storage: 1Gi}}}}`
	madeVolume := s.mustCreate(volume, pv)
	madeClaim := s.mustCreate(claim, pvc)
	if madeClaim.id != "default/pair" || madeVolume.id != "pair" {
		t.Errorf("ids %s and %s", madeClaim.id, madeVolume.id)
	}
	if phase := madeClaim.state.AsMap()["status"].(map[string]any)["phase"]; phase != "Bound" {
		t.Errorf("the claim is %v", phase)
	}
	s.unchanged(madeVolume, pv)
	s.unchanged(madeClaim, pvc)
}

func TestUpdateRemovesWhatTheProgramNoLongerHas(t *testing.T) {
	s := newStack(t)
	made := s.mustCreate(service, `{apiVersion: v1, kind: Service, metadata: {name: ports, labels: {a: b, c: d}}, spec: {clusterIP: None, selector: {a: b}, ports: [{port: 1, name: a}]}}`)
	const wanted = `{apiVersion: v1, kind: Service, metadata: {name: ports, labels: {a: b}}, spec: {clusterIP: None, selector: {a: b}, ports: [{port: 2, name: a}]}}`
	next, err := s.update(made, wanted)
	if err != nil {
		t.Fatal(err)
	}
	labels := next.state.AsMap()["metadata"].(map[string]any)["labels"].(map[string]any)
	ports := next.state.AsMap()["spec"].(map[string]any)["ports"].([]any)
	if len(labels) != 1 || len(ports) != 1 {
		t.Errorf("labels %v, ports %v", labels, ports)
	}
	s.unchanged(next, wanted)
}

func TestDriftShowsAfterARefreshAndIsMended(t *testing.T) {
	s := newStack(t)
	const token, wanted = "kubernetes:apps/v1:Deployment", `{apiVersion: apps/v1, kind: Deployment, metadata: {name: drift, annotations: {pulumi.com/skipAwait: "true", pulumi.com/patchForce: "true"}},
spec: {replicas: 0, selector: {matchLabels: {a: b}}, template: {metadata: {labels: {a: b}}, spec: {containers: [{name: c, image: x}]}}}}`
	made := s.mustCreate(token, wanted)
	s.unchanged(made, wanted)
	s.kubectl(made, func(obj *unstructured.Unstructured) {
		_ = unstructured.SetNestedField(obj.Object, int64(1), "spec", "replicas")
	})
	drifted := s.refresh(made)
	if answer := s.diff(drifted, wanted); answer.GetDetailedDiff()["spec.replicas"] == nil {
		t.Errorf("the drift is not seen: %v", answer.GetDetailedDiff())
	}
	fixed, err := s.update(drifted, wanted)
	if err != nil {
		t.Fatal(err)
	}
	s.unchanged(fixed, wanted)
}

func TestForeignFieldsAreAConflict(t *testing.T) {
	s := newStack(t)
	made := s.mustCreate(service, `{apiVersion: v1, kind: Service, metadata: {name: conflict, labels: {a: one}}, spec: {clusterIP: None, ports: [{port: 1}]}}`)
	made, err := s.update(made, `{apiVersion: v1, kind: Service, metadata: {name: conflict, labels: {a: two}}, spec: {clusterIP: None, ports: [{port: 1}]}}`)
	if err != nil {
		t.Fatal(err)
	}
	s.kubectl(made, func(obj *unstructured.Unstructured) { obj.SetLabels(map[string]string{"a": "theirs"}) })
	_, err = s.update(made, `{apiVersion: v1, kind: Service, metadata: {name: conflict, labels: {a: three}}, spec: {clusterIP: None, ports: [{port: 1}]}}`)
	if err == nil || !strings.Contains(err.Error(), annotationPatchForce) {
		t.Errorf("%v", err)
	}
}

func TestForeignObjectIsLeftAlone(t *testing.T) {
	s := newStack(t)
	s.mustCreate(configMap, "{apiVersion: v1, kind: ConfigMap, metadata: {name: theirs}, data: {a: theirs}}")
	inputs := s.checked(configMap, "{apiVersion: v1, kind: ConfigMap, metadata: {name: theirs}, data: {a: ours}}", nil)
	_, err := s.p.Create(context.Background(), &pulumirpc.CreateRequest{Urn: urnOf(configMap), Properties: inputs})
	if err == nil || !strings.Contains(err.Error(), "left untouched") || !strings.Contains(err.Error(), "pulumi import 'kubernetes:core/v1:ConfigMap' 'res' 'default/theirs'") {
		t.Errorf("%v", err)
	}
}

func TestUpsertTakesUpWhatIsThere(t *testing.T) {
	s := newStack(t)
	s.mustCreate(service, "{apiVersion: v1, kind: Service, metadata: {name: left, labels: {a: old}}, spec: {clusterIP: None, ports: [{port: 1}]}}")
	s.p.settings.upsert = true
	const wanted = "{apiVersion: v1, kind: Service, metadata: {name: left, labels: {a: new}}, spec: {clusterIP: None, ports: [{port: 2}]}}"
	made := s.mustCreate(service, wanted)
	if port := made.state.AsMap()["spec"].(map[string]any)["ports"].([]any)[0].(map[string]any)["port"]; port != float64(2) {
		t.Errorf("the port is %v", port)
	}
	s.unchanged(made, wanted)
	if _, err := s.update(made, strings.Replace(wanted, "port: 2", "port: 3", 1)); err != nil {
		t.Error(err)
	}
}

// A create that was cut off leaves inputs without outputs: a refresh must make a whole state of them.
func TestPendingCreateIsRecovered(t *testing.T) {
	s := newStack(t)
	const wanted = "{apiVersion: v1, kind: Service, metadata: {name: pending}, spec: {clusterIP: None, ports: [{port: 1}]}}"
	made := s.mustCreate(service, wanted)
	found := s.refresh(live{token: service, id: "default/pending", inputs: made.inputs})
	s.unchanged(found, wanted)
	if _, err := s.update(found, strings.Replace(wanted, "port: 1", "port: 2", 1)); err != nil {
		t.Error(err)
	}
}

func TestImportAndGone(t *testing.T) {
	s := newStack(t)
	made := s.mustCreate(configMap, "{apiVersion: v1, kind: ConfigMap, metadata: {name: import}, data: {a: b}}")
	found := s.refresh(live{token: configMap, id: "default/import"})
	inputs := found.inputs.AsMap()
	if inputs["data"].(map[string]any)["a"] != "b" || inputs["metadata"].(map[string]any)["uid"] != nil {
		t.Errorf("imported %v", inputs)
	}
	s.delete(made)
	if gone := s.refresh(made); gone.id != "" {
		t.Errorf("a deleted object is still %s", gone.id)
	}
	s.delete(made)
}

// The engine compares inputs and outputs of what a program only reads; a read of it starts without either.
func TestWhatIsOnlyReadIsTheSameAfterARefresh(t *testing.T) {
	s := newStack(t)
	empty, err := encode(resource.PropertyMap{})
	if err != nil {
		t.Fatal(err)
	}
	read := s.refresh(live{token: "kubernetes:core/v1:Namespace", id: "kube-system", inputs: empty, state: empty})
	read.inputs = empty // The engine keeps what the program gave.
	refreshed := s.refresh(read)
	if len(refreshed.inputs.GetFields()) > 0 {
		t.Errorf("a refresh gives it inputs: %v", refreshed.inputs)
	}
	if !proto.Equal(read.state, refreshed.state) {
		t.Errorf("its state was %v and is %v", read.state, refreshed.state)
	}
}

func TestNotReadyIsKeptWithItsReasons(t *testing.T) {
	s := newStack(t)
	const pvc = `{apiVersion: v1, kind: PersistentVolumeClaim, metadata: {name: waits}, spec: {accessModes: [ReadWriteOnce], storageClassName: "", resources: {requests: {storage: 1Gi}}}}`
	made, err := s.create(claim, pvc, 2)
	failure, ok := rpcerror.FromError(err)
	if !ok || len(failure.Details()) != 1 {
		t.Fatalf("%v", err)
	}
	failed := failure.Details()[0].(*pulumirpc.ErrorResourceInitFailed)
	if failed.GetId() != "default/waits" || !strings.Contains(failed.GetReasons()[0], "the claim to be bound") {
		t.Errorf("%v", failed.GetReasons())
	}
	made.id, made.state = failed.GetId(), failed.GetProperties()
	s.delete(made)
}

// defineRooms makes the kind Room, of which a cluster has no namespaced objects.
func (s stack) defineRooms(group, plural string) live {
	s.Helper()
	return s.mustCreate("kubernetes:apiextensions.k8s.io/v1:CustomResourceDefinition", `
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: `+plural+`.`+group+`}
spec:
  group: `+group+`
  scope: Cluster
  names: {plural: `+plural+`, singular: room, kind: Room, listKind: RoomList}
  versions:
  - {name: v1, served: true, storage: true, schema: {openAPIV3Schema: {type: object, x_kubernetes_preserve_unknown_fields: true}}}`)
}

// TestCustomResources: a kind is found whoever made its definition, after this provider had looked for it in vain; nothing
// but the API server tells it that what it read before is old.
func TestCustomResources(t *testing.T) {
	for group, maker := range map[string]func(stack) stack{
		"ours.example.com":   func(s stack) stack { return s },
		"theirs.example.com": func(s stack) stack { return newStack(s.T) },
	} {
		t.Run(group, func(t *testing.T) {
			// The garbage collector hears of new kinds every half minute only, and each room's end waits for it.
			t.Parallel()
			s := newStack(t)
			token := "kubernetes:" + group + "/v1:Room"
			room := "{apiVersion: " + group + "/v1, kind: Room, metadata: {name: r}, spec: {seats: 3}}"
			// Before its definition is there, a preview shows the inputs.
			early := &pulumirpc.CreateRequest{Urn: urnOf(token), Preview: true, Properties: s.checked(token, room, nil)}
			if answer, err := s.p.Create(context.Background(), early); err != nil || answer.GetProperties() != early.GetProperties() {
				t.Errorf("preview before the definition: %v %v", answer, err)
			}
			maker(s).defineRooms(group, "rooms")
			made := s.mustCreate(token, room)
			if made.id != "r" {
				t.Errorf("id %s", made.id)
			}
			s.unchanged(made, room)
		})
	}
}

// A definition that is replaced in one run may bring the same kind to another path.
func TestADefinitionIsReplaced(t *testing.T) {
	s := newStack(t)
	const token = "kubernetes:example.com/v1:Room"
	const room = "{apiVersion: example.com/v1, kind: Room, metadata: {name: r, annotations: {pulumi.com/deletionPropagationPolicy: background}}}"
	for _, plural := range []string{"rooms", "chambers"} {
		definition := s.defineRooms("example.com", plural)
		s.delete(s.mustCreate(token, room))
		s.delete(definition)
	}
}

func TestReplacementWaitsForItsPredecessor(t *testing.T) {
	s := newStack(t)
	const wanted = "{apiVersion: v1, kind: ConfigMap, metadata: {name: successor, finalizers: [example.com/held]}}"
	made, err := s.create(configMap, wanted, 60)
	if err != nil {
		t.Fatal(err)
	}
	state, _ := decode(made.state)
	client, _ := s.p.cluster.resource(readRecord(state).live)
	if err := client.Delete(context.Background(), "successor", metav1.DeleteOptions{}); err != nil {
		t.Fatal(err)
	}
	released := make(chan error, 1)
	go func() {
		_, err := client.Patch(context.Background(), "successor", "application/merge-patch+json",
			[]byte(`{"metadata":{"finalizers":null}}`), metav1.PatchOptions{})
		released <- err
	}()
	const next = "{apiVersion: v1, kind: ConfigMap, metadata: {name: successor}}"
	again, err := s.create(configMap, next, 60)
	if err != nil {
		t.Fatal(err)
	}
	if err := <-released; err != nil {
		t.Fatal(err)
	}
	uid := func(of live) any { return of.state.AsMap()["metadata"].(map[string]any)["uid"] }
	if uid(again) == uid(made) {
		t.Error("the old object was taken for the new one")
	}
	if finalizers := again.state.AsMap()["metadata"].(map[string]any)["finalizers"]; finalizers != nil {
		t.Errorf("finalizers %v", finalizers)
	}
	s.delete(again)
}
