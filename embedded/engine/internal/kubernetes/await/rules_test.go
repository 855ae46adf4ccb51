package await

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	storagev1 "k8s.io/api/storage/v1"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/util/wait"
	"k8s.io/client-go/dynamic"
	"k8s.io/client-go/dynamic/fake"
	clienttesting "k8s.io/client-go/testing"
	"sigs.k8s.io/yaml"
)

func parse(t *testing.T, text string) *unstructured.Unstructured {
	t.Helper()
	encoded, err := yaml.YAMLToJSON([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	obj := &unstructured.Unstructured{}
	if err := obj.UnmarshalJSON(encoded); err != nil {
		t.Fatal(err)
	}
	return obj
}

func some(objects ...*unstructured.Unstructured) lister {
	return func() ([]*unstructured.Unstructured, bool) { return objects, true }
}

func TestRules(t *testing.T) {
	waits := storagev1.VolumeBindingWaitForFirstConsumer
	const (
		set    = "apiVersion: apps/v1\nkind: StatefulSet\nmetadata: {name: x, generation: 2}\n"
		deploy = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: x, generation: 2}\n"
		pvc    = "apiVersion: v1\nkind: PersistentVolumeClaim\nmetadata: {name: x}\n"
		pv     = "apiVersion: v1\nkind: PersistentVolume\nmetadata: {name: x}\n"
		svc    = "apiVersion: v1\nkind: Service\nmetadata: {name: x}\nspec: {clusterIP: 10.0.0.1, selector: {a: b}}\n"
		pod    = "apiVersion: v1\nkind: Pod\nmetadata: {name: x}\n"
		jobs   = "apiVersion: batch/v1\nkind: Job\nmetadata: {name: x}\n"
		quotas = "apiVersion: v1\nkind: ResourceQuota\nmetadata: {name: x}\n"
		slice  = "apiVersion: discovery.k8s.io/v1\nkind: EndpointSlice\nmetadata: {name: x-1}\n"
	)
	cases := []struct {
		name, object, slice string
		ready, hopeless     bool
	}{
		{"set not seen by its controller", set + "spec: {replicas: 1}\nstatus: {observedGeneration: 1, replicas: 1, readyReplicas: 1}", "", false, false},
		{"set with a pod to come", set + "spec: {replicas: 2}\nstatus: {observedGeneration: 2, replicas: 2, readyReplicas: 1}", "", false, false},
		{"set with an old pod", set + "spec: {replicas: 1}\nstatus: {observedGeneration: 2, replicas: 1, readyReplicas: 1, currentRevision: a, updateRevision: b}", "", false, false},
		{"set ready", set + "spec: {replicas: 1}\nstatus: {observedGeneration: 2, replicas: 1, readyReplicas: 1, updatedReplicas: 1, currentRevision: b, updateRevision: b}", "", true, false},
		{"set behind its partition", set + "spec: {replicas: 2, updateStrategy: {rollingUpdate: {partition: 1}}}\nstatus: {observedGeneration: 2, replicas: 2, readyReplicas: 2, updatedReplicas: 1, currentRevision: a, updateRevision: b}", "", true, false},
		{"set of none", set + "spec: {replicas: 0}\nstatus: {observedGeneration: 2}", "", true, false},
		{"deployment with an old pod", deploy + "spec: {replicas: 1}\nstatus: {observedGeneration: 2, replicas: 2, updatedReplicas: 1, availableReplicas: 1}", "", false, false},
		{"deployment ready", deploy + "spec: {replicas: 1}\nstatus: {observedGeneration: 2, replicas: 1, updatedReplicas: 1, availableReplicas: 1}", "", true, false},
		{"claim bound", pvc + "status: {phase: Bound}", "", true, false},
		{"claim pending", pvc + "spec: {storageClassName: at-once}\nstatus: {phase: Pending}", "", false, false},
		{"claim without class pending", pvc + "spec: {storageClassName: ''}\nstatus: {phase: Pending}", "", false, false},
		{"claim that waits for a pod", pvc + "spec: {storageClassName: waits}\nstatus: {phase: Pending}", "", true, false},
		{"claim lost", pvc + "status: {phase: Lost}", "", false, true},
		{"volume available", pv + "status: {phase: Available}", "", true, false},
		{"volume released", pv + "status: {phase: Released}", "", false, false},
		{"service without slices", svc, "", false, false},
		{"service with a starting pod", svc, slice + "endpoints: [{conditions: {ready: false}}]", false, false},
		{"service with an ending pod", svc, slice + "endpoints: [{conditions: {ready: false, terminating: true}}]", true, false},
		{"service that no pod matches", svc, slice + "endpoints: []", true, false},
		{"pod ready", pod + "status: {phase: Running, conditions: [{type: Ready, status: 'True'}]}", "", true, false},
		{"pod that ended well", pod + "status: {phase: Succeeded}", "", true, false},
		{"pod that failed", pod + "status: {phase: Failed}", "", false, true},
		{"quota that no controller has seen", quotas + "spec: {hard: {persistentvolumeclaims: 2, requests.storage: 128Mi}}", "", false, false},
		{"quota of before", quotas + "spec: {hard: {requests.storage: 128Mi}}\nstatus: {hard: {requests.storage: 64Mi}}", "", false, false},
		{"quota in force, written otherwise", quotas + "spec: {hard: {requests.storage: 1024Mi}}\nstatus: {hard: {requests.storage: 1Gi}}", "", true, false},
		{"job complete", jobs + "status: {conditions: [{type: Complete, status: 'True'}]}", "", true, false},
		{"job failed", jobs + "status: {conditions: [{type: Failed, status: 'True'}]}", "", false, true},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			obj := parse(t, c.object)
			found, ok := ruleFor(obj)
			if !ok {
				t.Fatal("no rule")
			}
			s := &scene{
				written: obj, self: some(obj), slices: some(),
				class: func(name string) *storagev1.StorageClass {
					if name != "waits" {
						return &storagev1.StorageClass{}
					}
					return &storagev1.StorageClass{VolumeBindingMode: &waits}
				},
			}
			if c.slice != "" {
				s.slices = some(parse(t, c.slice))
			}
			if got := found.ready(s); got.ready != c.ready || got.hopeless != c.hopeless {
				t.Errorf("%+v", got)
			}
		})
	}
}

func TestObjectsThatAreReadyOnceWritten(t *testing.T) {
	for _, text := range []string{
		"{apiVersion: v1, kind: ConfigMap, metadata: {name: x}}",
		"{apiVersion: v1, kind: Namespace, metadata: {name: x}}",
		"{apiVersion: v1, kind: Secret, type: Opaque, metadata: {name: x}}",
		"{apiVersion: storage.k8s.io/v1, kind: StorageClass, metadata: {name: x}}",
	} {
		if _, ok := ruleFor(parse(t, text)); ok {
			t.Errorf("%s: waited for", text)
		}
	}
}

func TestServicesWithoutEndpointsOfTheirOwnAreNotWaitedFor(t *testing.T) {
	for spec, waited := range map[string]bool{
		"{clusterIP: None, selector: {a: b}}":       false,
		"{clusterIP: 10.0.0.1}":                     false,
		"{type: ExternalName, externalName: a.b}":   false,
		"{clusterIP: 10.0.0.1, selector: {a: b}}":   true,
		"{type: LoadBalancer, clusterIP: 10.0.0.1}": true,
	} {
		_, ok := ruleFor(parse(t, "apiVersion: v1\nkind: Service\nmetadata: {name: x}\nspec: "+spec))
		if ok != waited {
			t.Errorf("%s: waited for: %v", spec, ok)
		}
	}
}

func TestProblemsNameTheCause(t *testing.T) {
	set := parse(t, "apiVersion: apps/v1\nkind: StatefulSet\nmetadata: {name: redis, creationTimestamp: 2026-01-01T10:00:00Z}")
	s := &scene{
		written: set,
		pods: some(
			parse(t, `{apiVersion: v1, kind: Pod, metadata: {name: redis-1}, status: {conditions: [{type: PodScheduled, status: "False", reason: Unschedulable, message: no node fits}]}}`),
			parse(t, `{apiVersion: v1, kind: Pod, metadata: {name: redis-0}, spec: {nodeName: node1}, status: {containerStatuses: [{name: c, ready: false, state: {waiting: {reason: ImagePullBackOff, message: not found}}}]}}`),
		),
		events: some(
			parse(t, `{apiVersion: v1, kind: Event, metadata: {name: a}, involvedObject: {kind: Pod, name: redis-0}, reason: FailedMount, message: no such directory, lastTimestamp: 2026-01-01T10:01:00Z}`),
			parse(t, `{apiVersion: v1, kind: Event, metadata: {name: b}, involvedObject: {kind: Pod, name: redis-0}, reason: FailedMount, message: older words, lastTimestamp: 2026-01-01T10:00:30Z}`),
			parse(t, `{apiVersion: v1, kind: Event, metadata: {name: c}, involvedObject: {kind: Pod, name: other}, reason: Failed, message: not ours, lastTimestamp: 2026-01-01T10:01:00Z}`),
			parse(t, `{apiVersion: v1, kind: Event, metadata: {name: d}, involvedObject: {kind: StatefulSet, name: redis}, reason: FailedCreate, message: of a predecessor, lastTimestamp: 2026-01-01T09:00:00Z}`),
		),
	}
	want := []string{
		"pod redis-0: ImagePullBackOff in container c: not found",
		"pod redis-1: Unschedulable: no node fits",
		"Pod/redis-0 on the node node1: FailedMount: no such directory",
	}
	if got := s.problems(); strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("got\n%s", strings.Join(got, "\n"))
	}
}

// TestMissingImage holds that a pod whose image cannot be had is waited for no longer than was said, and then named with
// its reason, whatever made it.
func TestMissingImage(t *testing.T) {
	const pods = `{apiVersion: v1, kind: Pod, metadata: {name: db-2, namespace: ns, uid: p, labels: {app: db}}, status: {
		phase: Pending, containerStatuses: [{name: c, ready: false, state: {waiting: {
		reason: ImagePullBackOff, message: 'Back-off pulling image "missing:1"'}}}]}}`
	const reason = `pod db-2: ImagePullBackOff in container c: Back-off pulling image "missing:1"`
	for object, summary := range map[string]string{
		`{apiVersion: apps/v1, kind: StatefulSet, metadata: {name: db, namespace: ns, uid: s, generation: 1},
			spec: {replicas: 3, selector: {matchLabels: {app: db}}},
			status: {observedGeneration: 1, replicas: 3, readyReplicas: 2}}`: "the time ran out while waiting for pods to be ready (2 of 3)",
		`{apiVersion: apps/v1, kind: Deployment, metadata: {name: db, namespace: ns, uid: d, generation: 1},
			spec: {replicas: 1, selector: {matchLabels: {app: db}}},
			status: {observedGeneration: 1, replicas: 1, updatedReplicas: 1}}`: "the time ran out while waiting for pods to be ready (0 of 1)",
		`{apiVersion: batch/v1, kind: Job, metadata: {name: db, namespace: ns, uid: j, generation: 1},
			spec: {selector: {matchLabels: {app: db}}}, status: {active: 1}}`: "the time ran out while waiting for the job to complete (0 succeeded, 1 active)",
		pods: "the time ran out while waiting for the pod to be ready",
	} {
		written, pod := parse(t, object), parse(t, pods)
		t.Run(written.GetKind(), func(t *testing.T) {
			t.Parallel()
			objects := []runtime.Object{pod}
			if written.GetKind() != "Pod" {
				objects = append(objects, written)
			}
			mapping, _ := meta.UnsafeGuessKindToResource(written.GroupVersionKind())
			client := fake.NewSimpleDynamicClientWithCustomListKinds(runtime.NewScheme(), map[schema.GroupVersionResource]string{
				podResource: "PodList", eventResource: "EventList", replicaSetResource: "ReplicaSetList", nodeResource: "NodeList",
				mapping: written.GetKind() + "List",
			}, objects...)
			waiter := &Waiter{
				Dynamic: client, Report: func(string) {},
				Resource: func(*unstructured.Unstructured) (dynamic.ResourceInterface, error) {
					return client.Resource(mapping).Namespace("ns"), nil
				},
			}
			_, err := waiter.Ready(context.Background(), written, Options{Timeout: 5 * time.Second})
			var notReady *NotReadyError
			if !errors.As(err, &notReady) || notReady.Summary != summary || !slices.Contains(notReady.Reasons, reason) {
				t.Errorf("%v", err)
			}
		})
	}
}

// TestFailedJob holds that what the pod of a failed Job left as its last words is told.
func TestFailedJob(t *testing.T) {
	pod := into[corev1.Pod](parse(t, `{apiVersion: v1, kind: Pod, metadata: {name: db}, status: {phase: Failed, containerStatuses: [
		{name: c, state: {terminated: {exitCode: 1, reason: Error, message: "nas:/k8s/one is there already\nNothing was changed.\n"}}}]}}`))
	want := "pod db: container c ended with code 1 (Error): nas:/k8s/one is there already; Nothing was changed."
	if got := podProblems(pod); len(got) != 1 || got[0] != want {
		t.Errorf("%q", got)
	}
}

// TestDefinitionIsListed holds that a definition is waited for until the API server's discovery has its kind, which
// nothing but a look can tell.
func TestDefinitionIsListed(t *testing.T) {
	written := parse(t, `{apiVersion: apiextensions.k8s.io/v1, kind: CustomResourceDefinition,
		metadata: {name: rooms.example.com, uid: u},
		spec: {group: example.com, names: {kind: Room}, versions: [{name: v0, served: false}, {name: v1, served: true}]},
		status: {conditions: [{type: NamesAccepted, status: "True"}, {type: Established, status: "True"}]}}`)
	definitions := schema.GroupVersionResource{Group: "apiextensions.k8s.io", Version: "v1", Resource: "customresourcedefinitions"}
	client := fake.NewSimpleDynamicClientWithCustomListKinds(runtime.NewScheme(), map[schema.GroupVersionResource]string{
		definitions: "CustomResourceDefinitionList",
	}, written)
	room := schema.GroupVersionKind{Group: "example.com", Version: "v1", Kind: "Room"}
	const never = 1 << 30
	for late, limit := range map[int]time.Duration{0: time.Minute, 3: time.Minute, never: time.Second} {
		looks := 0
		waiter := &Waiter{
			Dynamic: client, Report: func(string) {},
			Resource: func(obj *unstructured.Unstructured) (dynamic.ResourceInterface, error) {
				if obj.GetKind() == "CustomResourceDefinition" {
					return client.Resource(definitions), nil
				}
				if looks++; looks <= late || obj.GroupVersionKind() != room {
					return nil, &meta.NoKindMatchError{GroupKind: obj.GroupVersionKind().GroupKind()}
				}
				return client.Resource(definitions), nil
			},
		}
		_, err := waiter.Ready(context.Background(), written, Options{Timeout: limit})
		switch {
		case late < never && (err != nil || looks != late+1):
			t.Errorf("listed after %d looks: %d looks, %v", late, looks, err)
		case late == never && (err == nil || err.Error() != "the time ran out while waiting for the API server to list Room in example.com/v1"):
			t.Errorf("never listed: %v", err)
		}
	}
}

// waiterOn waits in a cluster that holds the given claim.
func waiterOn(t *testing.T, claim *unstructured.Unstructured) (*Waiter, dynamic.ResourceInterface) {
	t.Helper()
	client := fake.NewSimpleDynamicClientWithCustomListKinds(runtime.NewScheme(), map[schema.GroupVersionResource]string{
		claimResource: "PersistentVolumeClaimList", eventResource: "EventList", classResource: "StorageClassList",
		volumeResource: "PersistentVolumeList",
	}, claim)
	claims := client.Resource(claimResource).Namespace("ns")
	return &Waiter{
		Dynamic: client, Report: func(string) {},
		Resource: func(*unstructured.Unstructured) (dynamic.ResourceInterface, error) { return claims, nil },
	}, claims
}

// untilWatched waits until a watch has begun: unlike an API server, the fake one never tells it what was deleted before.
func untilWatched(t *testing.T, waiter *Waiter) {
	client := waiter.Dynamic.(*fake.FakeDynamicClient)
	err := wait.PollUntilContextTimeout(context.Background(), 10*time.Millisecond, time.Minute, true,
		func(context.Context) (bool, error) {
			return slices.ContainsFunc(client.Actions(), func(action clienttesting.Action) bool {
				return action.Matches("watch", claimResource.Resource)
			}), nil
		})
	if err != nil {
		t.Errorf("the claim was never watched: %v", err)
	}
}

const pendingClaim = `{apiVersion: v1, kind: PersistentVolumeClaim, metadata: {name: c, namespace: ns, uid: u, finalizers: [kubernetes.io/pvc-protection]}, status: {phase: Pending}}`

func TestReadySeesTheChange(t *testing.T) {
	claim := parse(t, pendingClaim)
	waiter, claims := waiterOn(t, claim)
	go func() {
		bound := claim.DeepCopy()
		_ = unstructured.SetNestedField(bound.Object, "Bound", "status", "phase")
		_, _ = claims.Update(context.Background(), bound, metav1.UpdateOptions{})
	}()
	live, err := waiter.Ready(context.Background(), claim, Options{Timeout: time.Minute})
	if err != nil {
		t.Fatal(err)
	}
	if phase, _, _ := unstructured.NestedString(live.Object, "status", "phase"); phase != "Bound" {
		t.Errorf("phase %s", phase)
	}
}

func TestReadyTellsWhyTimeRanOut(t *testing.T) {
	claim := parse(t, pendingClaim)
	waiter, _ := waiterOn(t, claim)
	_, err := waiter.Ready(context.Background(), claim, Options{Timeout: 200 * time.Millisecond})
	var notReady *NotReadyError
	if !errors.As(err, &notReady) || !strings.Contains(notReady.Summary, `the claim to be bound (it is "Pending")`) {
		t.Errorf("%v", err)
	}
}

func TestReadyEndsWithTheObject(t *testing.T) {
	claim := parse(t, pendingClaim)
	waiter, claims := waiterOn(t, claim)
	shown := make(chan struct{})
	waiter.Report = func(string) {
		select {
		case <-shown:
		default:
			close(shown)
		}
	}
	go func() {
		<-shown // the claim has been seen
		untilWatched(t, waiter)
		_ = claims.Delete(context.Background(), "c", metav1.DeleteOptions{})
	}()
	if _, err := waiter.Ready(context.Background(), claim, Options{Timeout: time.Minute}); err == nil || !strings.Contains(err.Error(), "was deleted") {
		t.Errorf("%v", err)
	}
}

func TestGone(t *testing.T) {
	claim := parse(t, pendingClaim)
	waiter, _ := waiterOn(t, claim)
	err := waiter.Gone(context.Background(), claim, Options{Timeout: 200 * time.Millisecond})
	if err == nil || !strings.Contains(err.Error(), "kubernetes.io/pvc-protection (a pod still uses it)") {
		t.Errorf("held: %v", err)
	}
	successor := claim.DeepCopy()
	successor.SetUID("other")
	if err := waiter.Gone(context.Background(), successor, Options{}); err != nil {
		t.Errorf("a successor of the same name: %v", err)
	}
	waiter, claims := waiterOn(t, claim)
	go func() {
		untilWatched(t, waiter)
		_ = claims.Delete(context.Background(), "c", metav1.DeleteOptions{})
	}()
	if err := waiter.Gone(context.Background(), claim, Options{Timeout: time.Minute}); err != nil {
		t.Errorf("going: %v", err)
	}
}
