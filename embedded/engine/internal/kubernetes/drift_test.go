package kubernetes

import (
	"slices"
	"strings"
	"testing"

	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
)

// TestDriftIsSeenAndPutBack holds that what somebody edits by hand shows after a refresh, and that an update with patchForce
// puts it back.
func TestDriftIsSeenAndPutBack(t *testing.T) {
	const (
		deployment = `{apiVersion: apps/v1, kind: Deployment, metadata: {name: edited, labels: {a: b}, annotations: {pulumi.com/skipAwait: "true", note: one}}, spec: {replicas: 0, selector: {matchLabels: {a: b}},
template: {metadata: {labels: {a: b}}, spec: {containers: [{name: c, image: x, readinessProbe: {periodSeconds: 5, tcpSocket: {port: 1}}}]}}}}`
		role   = `{apiVersion: rbac.authorization.k8s.io/v1, kind: ClusterRole, metadata: {name: edited}, rules: [{apiGroups: [""], resources: [pods], verbs: [get]}]}`
		bound  = `{apiVersion: rbac.authorization.k8s.io/v1, kind: RoleBinding, metadata: {name: edited}, roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: r}, subjects: [{kind: User, name: u}]}`
		secret = `{apiVersion: v1, kind: Secret, metadata: {name: edited}, stringData: {a: b}}`
		quota  = `{apiVersion: v1, kind: ResourceQuota, metadata: {name: edited}, spec: {hard: {pods: 2}}}`
		routes = `{apiVersion: v1, kind: Service, metadata: {name: edited}, spec: {clusterIP: None, selector: {a: b}, ports: [{port: 1}]}}`
		pv     = `{apiVersion: v1, kind: PersistentVolume, metadata: {name: edited}, spec: {capacity: {storage: 1Gi}, accessModes: [ReadWriteMany], persistentVolumeReclaimPolicy: Retain,
claimRef: {namespace: default, name: edited}, nfs: {server: 10.0.0.1, path: /x}}}`
		container = "spec.template.spec.containers[0]"
	)
	set := func(value any, path ...string) func(*unstructured.Unstructured) {
		return func(obj *unstructured.Unstructured) { _ = unstructured.SetNestedField(obj.Object, value, path...) }
	}
	unset := func(path ...string) func(*unstructured.Unstructured) {
		return func(obj *unstructured.Unstructured) { unstructured.RemoveNestedField(obj.Object, path...) }
	}
	inContainer := func(value any, path ...string) func(*unstructured.Unstructured) {
		return func(obj *unstructured.Unstructured) {
			containers, _, _ := unstructured.NestedSlice(obj.Object, "spec", "template", "spec", "containers")
			_ = unstructured.SetNestedField(containers[0].(map[string]any), value, path...)
			_ = unstructured.SetNestedSlice(obj.Object, containers, "spec", "template", "spec", "containers")
		}
	}
	more := func(item map[string]any, field string) func(*unstructured.Unstructured) {
		return func(obj *unstructured.Unstructured) {
			items, _, _ := unstructured.NestedSlice(obj.Object, field)
			_ = unstructured.SetNestedSlice(obj.Object, append(items, item), field)
		}
	}
	anything := map[string]any{"apiGroups": []any{"*"}, "resources": []any{"*"}, "verbs": []any{"*"}}
	for name, c := range map[string]struct {
		token, wanted string
		edit          func(*unstructured.Unstructured)
		path          string
		replaces      bool
	}{
		"image":              {"kubernetes:apps/v1:Deployment", deployment, inContainer("other", "image"), container + ".image", false},
		"replicas":           {"kubernetes:apps/v1:Deployment", deployment, set(int64(1), "spec", "replicas"), "spec.replicas", false},
		"probe":              {"kubernetes:apps/v1:Deployment", deployment, inContainer(int64(9), "readinessProbe", "periodSeconds"), container + ".readinessProbe.periodSeconds", false},
		"label taken away":   {"kubernetes:apps/v1:Deployment", deployment, unset("metadata", "labels"), "metadata.labels", false},
		"annotation":         {"kubernetes:apps/v1:Deployment", deployment, set("two", "metadata", "annotations", "note"), "metadata.annotations.note", false},
		"reclaim policy":     {volume, pv, set("Delete", "spec", "persistentVolumeReclaimPolicy"), "spec.persistentVolumeReclaimPolicy", false},
		"claimRef":           {volume, pv, set("other", "spec", "claimRef", "name"), "spec.claimRef.name", false},
		"claimRef removed":   {volume, pv, unset("spec", "claimRef"), "spec.claimRef", false},
		"Secret":             {"kubernetes:core/v1:Secret", secret, set("Yw==", "data", "a"), "data.a", true},
		"quota":              {"kubernetes:core/v1:ResourceQuota", quota, set("9", "spec", "hard", "pods"), "spec.hard.pods", false},
		"Service's selector": {service, routes, set("c", "spec", "selector", "a"), "spec.selector.a", false},
		"selector narrowed":  {service, routes, set("d", "spec", "selector", "c"), "spec.selector.c", false},
		"rules":              {"kubernetes:rbac.authorization.k8s.io/v1:ClusterRole", role, set([]any{anything}, "rules"), "rules[0].apiGroups[0]", false},
		"rule added":         {"kubernetes:rbac.authorization.k8s.io/v1:ClusterRole", role, more(anything, "rules"), "rules[1]", false},
		"subject added":      {"kubernetes:rbac.authorization.k8s.io/v1:RoleBinding", bound, more(map[string]any{"kind": "User", "apiGroup": "rbac.authorization.k8s.io", "name": "w"}, "subjects"), "subjects[1]", false},
	} {
		t.Run(name, func(t *testing.T) {
			s := newStack(t)
			s.p.settings.patchForce = true
			made := s.mustCreate(c.token, c.wanted)
			s.unchanged(made, c.wanted)
			s.kubectl(made, c.edit)
			drifted := s.refresh(made)
			answer := s.diff(drifted, c.wanted)
			if answer.GetDetailedDiff()[c.path] == nil || slices.Contains(answer.GetReplaces(), c.path) != c.replaces {
				t.Fatalf("changes %v", answer.GetDetailedDiff())
			}
			if c.replaces {
				return
			}
			mended, err := s.update(drifted, c.wanted)
			if err != nil {
				t.Fatal(err)
			}
			s.unchanged(mended, c.wanted)
		})
	}
}

// TestAnObjectMadeAgainByHand holds that a refresh finds the other object of the same name, and that an update makes it what
// the program says.
func TestAnObjectMadeAgainByHand(t *testing.T) {
	s := newStack(t)
	s.p.settings.patchForce = true
	const wanted = `{apiVersion: v1, kind: Service, metadata: {name: again, annotations: {mark: ours}}, spec: {clusterIP: None, selector: {a: b}, ports: [{port: 1}]}}`
	made := s.mustCreate(service, wanted)
	s.delete(made)
	theirs := newStack(t).mustCreate(service, strings.NewReplacer("a: b", "a: c", ", annotations: {mark: ours}", "").Replace(wanted))
	found := s.refresh(made)
	if found.state.AsMap()["metadata"].(map[string]any)["uid"] != theirs.state.AsMap()["metadata"].(map[string]any)["uid"] {
		t.Error("the old object is still in the state")
	}
	if answer := s.diff(found, wanted); answer.GetDetailedDiff()["spec.selector.a"] == nil || answer.GetDetailedDiff()["metadata.annotations"] == nil {
		t.Errorf("changes %v", answer.GetDetailedDiff())
	}
	mended, err := s.update(found, wanted)
	if err != nil {
		t.Fatal(err)
	}
	if answer := s.diff(mended, wanted); answer.GetChanges() != pulumirpc.DiffResponse_DIFF_NONE {
		t.Errorf("changes %v", answer.GetDetailedDiff())
	}
}

// TestAnObjectThatIsGoneIsMadeAgain holds that an update without a refresh makes what somebody deleted, such as the retry of
// one that was not ready.
func TestAnObjectThatIsGoneIsMadeAgain(t *testing.T) {
	s := newStack(t)
	const wanted = "{apiVersion: v1, kind: Service, metadata: {name: gone}, spec: {clusterIP: None, ports: [{port: 1}]}}"
	made := s.mustCreate(service, wanted)
	s.delete(made)
	again, err := s.update(made, wanted)
	if err != nil {
		t.Fatal(err)
	}
	s.unchanged(again, wanted)
}
