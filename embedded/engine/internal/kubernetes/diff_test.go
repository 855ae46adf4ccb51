package kubernetes

import (
	"context"
	"maps"
	"slices"
	"testing"

	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"google.golang.org/protobuf/types/known/structpb"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"sigs.k8s.io/yaml"
)

// object reads a Kubernetes object from YAML, with numbers as the wire brings them.
func object(t *testing.T, text string) map[string]any {
	t.Helper()
	var values map[string]any
	if err := yaml.Unmarshal([]byte(text), &values); err != nil {
		t.Fatal(err)
	}
	return values
}

func wire(t *testing.T, values map[string]any) *structpb.Struct {
	t.Helper()
	encoded, err := structpb.NewStruct(values)
	if err != nil {
		t.Fatal(err)
	}
	return encoded
}

// diffOf compares inputs with what the API server made of earlier ones; live are the fields it added.
func diffOf(t *testing.T, p *Provider, old, live, wanted string, ignore ...string) *pulumirpc.DiffResponse {
	t.Helper()
	state := object(t, live)
	if live == "" {
		state = object(t, old)
	}
	state[inputsKey] = object(t, old)
	answer, err := p.Diff(context.Background(), &pulumirpc.DiffRequest{
		Olds: wire(t, state), News: wire(t, object(t, wanted)), IgnoreChanges: ignore,
	})
	if err != nil {
		t.Fatal(err)
	}
	return answer
}

func TestChangesThatReplace(t *testing.T) {
	const head = "metadata: {name: x, namespace: ns}\n"
	cases := []struct {
		name, kind, old, wanted string
		// replaces and updates are the paths that change.
		replaces, updates []string
	}{
		{"StatefulSet's service", "apps/v1 StatefulSet", "spec: {serviceName: a}", "spec: {serviceName: b}", []string{"spec.serviceName"}, nil},
		{"StatefulSet's templates", "apps/v1 StatefulSet",
			"spec: {volumeClaimTemplates: [{metadata: {name: a}}]}", "spec: {volumeClaimTemplates: [{metadata: {name: b}}]}",
			[]string{"spec.volumeClaimTemplates[0].metadata.name"}, nil},
		{"StatefulSet's pod management", "apps/v1 StatefulSet", "spec: {}", "spec: {podManagementPolicy: Parallel}", []string{"spec.podManagementPolicy"}, nil},
		{"StatefulSet's replicas", "apps/v1 StatefulSet", "spec: {replicas: 1}", "spec: {replicas: 2}", nil, []string{"spec.replicas"}},
		{"Deployment's selector", "apps/v1 Deployment",
			"spec: {selector: {matchLabels: {a: b}}}", "spec: {selector: {matchLabels: {a: c}}}", []string{"spec.selector.matchLabels.a"}, nil},
		{"volume's path", "v1 PersistentVolume", "spec: {nfs: {path: /a}}", "spec: {nfs: {path: /b}}", []string{"spec.nfs.path"}, nil},
		{"volume's source", "v1 PersistentVolume", "spec: {nfs: {path: /a}}", "spec: {hostPath: {path: /a}}", []string{"spec.hostPath", "spec.nfs"}, nil},
		{"volume's claim", "v1 PersistentVolume", "spec: {claimRef: {name: a}}", "spec: {claimRef: {name: b}}", nil, []string{"spec.claimRef.name"}},
		{"volume's size", "v1 PersistentVolume", "spec: {capacity: {storage: 1Gi}}", "spec: {capacity: {storage: 2Gi}}", nil, []string{"spec.capacity.storage"}},
		{"claim's volume", "v1 PersistentVolumeClaim", "spec: {volumeName: a}", "spec: {volumeName: b}", []string{"spec.volumeName"}, nil},
		{"claim's class taken away", "v1 PersistentVolumeClaim", "spec: {storageClassName: a}", "spec: {}", []string{"spec.storageClassName"}, nil},
		{"claim grows", "v1 PersistentVolumeClaim",
			"spec: {resources: {requests: {storage: 1Gi}}}", "spec: {resources: {requests: {storage: 2Gi}}}", nil, []string{"spec.resources.requests.storage"}},
		{"class's parameters", "storage.k8s.io/v1 StorageClass", "parameters: {a: b}", "parameters: {a: c}", []string{"parameters.a"}, nil},
		{"class's reclaim policy", "storage.k8s.io/v1 StorageClass", "reclaimPolicy: Delete", "reclaimPolicy: Retain", []string{"reclaimPolicy"}, nil},
		{"class's mount options", "storage.k8s.io/v1 StorageClass", "mountOptions: [a]", "mountOptions: [b]", nil, []string{"mountOptions[0]"}},
		{"Service's address", "v1 Service", "spec: {clusterIP: None}", "spec: {}", []string{"spec.clusterIP"}, nil},
		{"Service's port", "v1 Service", "spec: {ports: [{port: 1}]}", "spec: {ports: [{port: 2}]}", nil, []string{"spec.ports[0].port"}},
		{"ConfigMap's data", "v1 ConfigMap", "data: {a: b}", "data: {a: c}", []string{"data.a"}, nil},
		{"Secret's data", "v1 Secret", "data: {a: Yg==}", "stringData: {a: c}", []string{"data.a"}, nil},
		{"binding's role", "rbac.authorization.k8s.io/v1 RoleBinding", "roleRef: {name: a}", "roleRef: {name: b}", []string{"roleRef.name"}, nil},
		{"Job's template", "batch/v1 Job",
			"spec: {template: {spec: {nodeName: a}}}", "spec: {template: {spec: {nodeName: b}}}", []string{"spec.template.spec.nodeName"}, nil},
		{"Pod's image", "v1 Pod", "spec: {containers: [{image: a}]}", "spec: {containers: [{image: b}]}", []string{"spec.containers[0].image"}, nil},
		{"Pod's tolerations", "v1 Pod", "spec: {tolerations: [{key: a}]}", "spec: {tolerations: [{key: b}]}", nil, []string{"spec.tolerations[0].key"}},
		{"a spec that is not known yet", "apps/v1 StatefulSet", "spec: {serviceName: a}", "spec: " + unknownMark, nil, []string{"spec"}},
		{"unknown kind", "example.com/v1 Thing", "spec: {a: 1}", "spec: {a: 2}", nil, []string{"spec.a"}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			version, kind, _ := cut(c.kind)
			prefix := "apiVersion: " + version + "\nkind: " + kind + "\n" + head
			answer := diffOf(t, New(nil), prefix+c.old, "", prefix+c.wanted)
			if !slices.Equal(answer.GetReplaces(), c.replaces) {
				t.Errorf("replaces %v, want %v", answer.GetReplaces(), c.replaces)
			}
			want := slices.Sorted(slices.Values(append(slices.Clone(c.replaces), c.updates...)))
			if got := slices.Sorted(maps.Keys(answer.GetDetailedDiff())); !slices.Equal(got, want) {
				t.Errorf("changes %v, want %v", got, want)
			}
			if answer.GetDeleteBeforeReplace() != (len(c.replaces) > 0) {
				t.Errorf("deleteBeforeReplace is %v for an object named by the user", answer.GetDeleteBeforeReplace())
			}
		})
	}
}

func cut(kind string) (version, name string, found bool) {
	for i := range kind {
		if kind[i] == ' ' {
			return kind[:i], kind[i+1:], true
		}
	}
	return kind, "", false
}

func TestMutableDataUpdatesInPlace(t *testing.T) {
	p := New(nil)
	p.settings = settings{configMapMutable: true, secretMutable: true}
	for _, kind := range []string{"ConfigMap", "Secret"} {
		head := "apiVersion: v1\nkind: " + kind + "\nmetadata: {name: x, namespace: ns}\n"
		if answer := diffOf(t, p, head+"data: {a: Yg==}", "", head+"data: {a: Yw==}"); len(answer.GetReplaces()) > 0 {
			t.Errorf("%s replaces %v", kind, answer.GetReplaces())
		}
		frozen := diffOf(t, p, head+"data: {a: Yg==}", "", head+"immutable: true\ndata: {a: Yw==}")
		if !slices.Contains(frozen.GetReplaces(), "data.a") {
			t.Errorf("immutable %s replaces only %v", kind, frozen.GetReplaces())
		}
	}
}

func TestServersAdditionsAreNoChange(t *testing.T) {
	const wanted = `
apiVersion: v1
kind: PersistentVolume
metadata: {name: pv, labels: {}}
spec: {capacity: {storage: 1024Mi}, claimRef: {namespace: ns, name: c}, nfs: {server: s, path: /p}}`
	const live = `
apiVersion: v1
kind: PersistentVolume
metadata: {name: pv, uid: u, resourceVersion: "5", finalizers: [kubernetes.io/pv-protection], annotations: {a: b}}
spec: {capacity: {storage: 1Gi}, volumeMode: Filesystem, nfs: {server: s, path: /p},
       claimRef: {apiVersion: v1, kind: PersistentVolumeClaim, namespace: ns, name: c, uid: u, resourceVersion: "3"}}
status: {phase: Bound}`
	if answer := diffOf(t, New(nil), wanted, live, wanted); answer.GetChanges() != pulumirpc.DiffResponse_DIFF_NONE {
		t.Errorf("changes: %v", answer.GetDetailedDiff())
	}
}

func TestNumbersAreComparedByValue(t *testing.T) {
	if !equal(int64(3), 3.0) || equal(int64(3), 3.5) || equal("3", 3.0) {
		t.Error("3 must equal 3.0 and nothing else")
	}
}

func TestNameAndNamespaceReplace(t *testing.T) {
	old := "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: x, namespace: ns}"
	for path, wanted := range map[string]string{
		"metadata.name":      "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: y, namespace: ns}",
		"metadata.namespace": "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: x, namespace: m}",
	} {
		answer := diffOf(t, New(nil), old, "", wanted)
		if !slices.Equal(answer.GetReplaces(), []string{path}) || answer.GetDeleteBeforeReplace() {
			t.Errorf("%s: replaces %v, delete first: %v", path, answer.GetReplaces(), answer.GetDeleteBeforeReplace())
		}
	}
}

func TestAutonamedObjectIsMadeBeforeTheOldGoes(t *testing.T) {
	head := "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: x, namespace: ns, annotations: {pulumi.com/autonamed: 'true'}}\n"
	answer := diffOf(t, New(nil), head+"data: {a: b}", "", head+"data: {a: c}")
	if len(answer.GetReplaces()) != 1 || answer.GetDeleteBeforeReplace() {
		t.Errorf("replaces %v, delete first: %v", answer.GetReplaces(), answer.GetDeleteBeforeReplace())
	}
}

func TestIgnoredChanges(t *testing.T) {
	head := "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: x, namespace: ns}\n"
	answer := diffOf(t, New(nil), head+"spec: {replicas: 1, paused: true}", "", head+"spec: {replicas: 2}", "spec.replicas")
	if got := slices.Collect(maps.Keys(answer.GetDetailedDiff())); !slices.Equal(got, []string{"spec.paused"}) {
		t.Errorf("changes %v", got)
	}
}

func TestPathsAreInPulumisNotation(t *testing.T) {
	path := fieldPath{"metadata", "labels", "app.kubernetes.io/name"}
	if got := path.String(); got != `metadata.labels["app.kubernetes.io/name"]` {
		t.Error(got)
	}
}

func TestPruningKeepsTheShapeOfTheInputs(t *testing.T) {
	live := object(t, "{a: 1, b: {c: 2, d: 3}, e: [{f: 1, g: 2}, {f: 3}], h: text}")
	inputs := object(t, "{b: {c: 9}, e: [{f: 9}], h: {i: 1}, z: 1}")
	want := object(t, "{b: {c: 2}, e: [{f: 1}], h: text}")
	expectSame(t, pruneMap(live, inputs), want)
}

func expectSame(t *testing.T, got, want map[string]any) {
	t.Helper()
	changes := settings{}.compare(&unstructured.Unstructured{Object: want}, &unstructured.Unstructured{Object: got})
	for path, change := range changes {
		t.Errorf("%s: %s", path, change.GetKind())
	}
}
