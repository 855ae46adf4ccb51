package await

import (
	"context"
	"strings"
	"testing"
	"time"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/dynamic"
	"k8s.io/client-go/dynamic/fake"
)

var listKinds = map[schema.GroupVersionResource]string{
	podResource: "PodList", eventResource: "EventList", classResource: "StorageClassList", claimResource: "PersistentVolumeClaimList",
	volumeResource: "PersistentVolumeList", nodeResource: "NodeList", quotaResource: "ResourceQuotaList",
	deploymentResource: "DeploymentList", replicaSetResource: "ReplicaSetList",
	{Group: "apps", Version: "v1", Resource: "statefulsets"}: "StatefulSetList",
	{Group: "apps", Version: "v1", Resource: "daemonsets"}:   "DaemonSetList",
}

// cluster holds the given objects.
func cluster(objects ...*unstructured.Unstructured) *fake.FakeDynamicClient {
	var all []runtime.Object
	for _, object := range objects {
		all = append(all, object)
	}
	return fake.NewSimpleDynamicClientWithCustomListKinds(runtime.NewScheme(), listKinds, all...)
}

// blockedScene is the wait for the first of the objects in a cluster that has the others.
func blockedScene(t *testing.T, texts ...string) *scene {
	t.Helper()
	byKind := map[string][]*unstructured.Unstructured{}
	var objects []*unstructured.Unstructured
	for _, text := range texts {
		object := parse(t, text)
		if object.GetNamespace() == "" && object.GetKind() != "Node" && !strings.HasPrefix(object.GetKind(), "PersistentVolume") &&
			object.GetKind() != "StorageClass" {
			object.SetNamespace("ns")
		}
		byKind[object.GetKind()] = append(byKind[object.GetKind()], object)
		objects = append(objects, object)
	}
	waiter := &Waiter{Dynamic: cluster(objects...)}
	s := waiter.newScene(context.Background(), objects[0], Options{})
	s.known = map[types.UID]string{}
	s.self, s.pods, s.events = some(objects[0]), some(byKind["Pod"]...), some(byKind["Event"]...)
	return s
}

const (
	setOfOne  = `{apiVersion: apps/v1, kind: StatefulSet, metadata: {name: db, namespace: ns, uid: s}, spec: {replicas: 1}, status: {updateRevision: new}}`
	deployOne = `{apiVersion: apps/v1, kind: Deployment, metadata: {name: web, namespace: ns, uid: d, annotations: {deployment.kubernetes.io/revision: "2"}}, spec: {replicas: 1}}`
	boundHead = `{apiVersion: v1, kind: PersistentVolumeClaim, metadata: {name: c, namespace: ns, uid: c1}, `
)

// podOf is a pod of the set's latest template with the given rest of its spec and status.
func podOf(spec, status string) string {
	return `{apiVersion: v1, kind: Pod, metadata: {name: db-0, namespace: ns, uid: p, labels: {controller-revision-hash: new}}, spec: {` + spec + `}, status: {phase: Pending, ` + status + `}}`
}

func containerWaits(reason, message string) string {
	return podOf("nodeName: node1", `containerStatuses: [{name: c, image: 'missing:1', restartCount: 3, state: {waiting: {reason: `+reason+`, message: '`+message+`'}},
		lastState: {terminated: {exitCode: 1, reason: Error}}}]`)
}

func unschedulable(message, spec string) string {
	return podOf(spec, `conditions: [{type: PodScheduled, status: "False", reason: Unschedulable, message: '`+message+`'}]`)
}

func pendingOn(spec string) string {
	return boundHead + "spec: {" + spec + "}, status: {phase: Pending}}"
}

func event(reason, about, message string) string {
	return `{apiVersion: v1, kind: Event, metadata: {name: ` + strings.ToLower(reason) + `, namespace: ns, uid: e, resourceVersion: "7"}, type: Warning,
		involvedObject: {uid: ` + about + `}, reason: ` + reason + `, count: 3, message: '` + message + `', lastTimestamp: 2026-01-01T10:00:00Z}`
}

func TestObstacles(t *testing.T) {
	const (
		usesClaim = `volumes: [{name: v, persistentVolumeClaim: {claimName: c}}]`
		unbound   = "0/2 nodes are available: pod has unbound immediate PersistentVolumeClaims."
		named     = `storageClassName: "", volumeName: pv, resources: {requests: {storage: 1Gi}}`
		released  = `{apiVersion: v1, kind: PersistentVolume, metadata: {name: pv}, spec: {claimRef: {namespace: ns, name: c, uid: gone}}, status: {phase: Released}}`
		fast      = `{apiVersion: storage.k8s.io/v1, kind: StorageClass, metadata: {name: fast}, provisioner: example.com/nfs}`
		ofFast    = `storageClassName: fast, resources: {requests: {storage: 1Gi}}`
		runs      = `{apiVersion: apps/v1, kind: Deployment, metadata: {name: nfs, namespace: ns}, spec: {template: {spec: {containers: [{env: [{name: PROVISIONER_NAME, value: example.com/nfs}]}]}}}, status: {readyReplicas: 1}}`
		daemons   = `{apiVersion: apps/v1, kind: DaemonSet, metadata: {name: db, namespace: ns, uid: s}}`
		nfsVolume = `{apiVersion: v1, kind: PersistentVolume, metadata: {name: pv}, spec: {nfs: {server: nas, path: /nfs}}, status: {phase: Bound}}`
		quotaSays = `create Pod db-0 in StatefulSet db failed error: pods "db-0" is forbidden: exceeded quota: small, requested: pods=1, used: pods=2, limited: pods=2`
	)
	mounting := podOf("nodeName: node1, "+usesClaim, `startTime: 2026-01-01T10:00:00Z, conditions: [{type: PodReadyToStartContainers, status: "False"}]`)
	quota := func(used string) string {
		return `{apiVersion: v1, kind: ResourceQuota, metadata: {name: small, namespace: ns}, status: {hard: {pods: "2"}, used: {pods: "` + used + `"}}}`
	}
	node := func(status string) string {
		return `{apiVersion: v1, kind: Node, metadata: {name: node1}, status: {conditions: [{type: Ready, status: "` + status + `", message: kubelet stopped, lastHeartbeatTime: 2026-01-01T10:00:00Z}]}}`
	}
	for name, c := range map[string]struct {
		objects []string
		// wants is a part of the text; "" for no obstacle.
		wants   string
		after   time.Duration
		mayCome bool
	}{
		"image not there":        {[]string{setOfOne, containerWaits("ImagePullBackOff", "not found")}, "pod db-0 cannot start: the image missing:1 cannot be had: not found. Correct", lasting, false},
		"no image's name":        {[]string{setOfOne, containerWaits("InvalidImageName", "")}, "no valid name of an image", 0, false},
		"image never pulled":     {[]string{setOfOne, containerWaits("ErrImageNeverPull", "")}, "is not on the node node1", 0, false},
		"Secret missing":         {[]string{setOfOne, containerWaits("CreateContainerConfigError", `secret "pw" not found`)}, `cannot be started: secret "pw" not found. Create`, lasting, true},
		"crashes":                {[]string{setOfOne, containerWaits("CrashLoopBackOff", "")}, "has ended 4 times, last with code 1 (Error). See why with: kubectl -n ns logs db-0 -c c --previous", lasting, true},
		"crashed once":           {[]string{setOfOne, strings.Replace(containerWaits("CrashLoopBackOff", ""), "restartCount: 3", "restartCount: 1", 1)}, "", 0, false},
		"image is being pulled":  {[]string{setOfOne, containerWaits("ContainerCreating", "")}, "", 0, false},
		"ready pod":              {[]string{setOfOne, podOf("", `conditions: [{type: Ready, status: "True"}]`)}, "", 0, false},
		"broken pod of before":   {[]string{setOfOne, strings.Replace(containerWaits("ErrImagePull", "not found"), "hash: new", "hash: old", 1)}, "the StatefulSet waits for it: delete it (kubectl -n ns delete pod db-0)", lasting, false},
		"no node fits":           {[]string{setOfOne, unschedulable("0/2 nodes: untolerated taint.", "")}, "cannot be placed on any node: 0/2 nodes: untolerated taint. Correct", lasting, true},
		"full nodes":             {[]string{setOfOne, unschedulable("Insufficient cpu", "")}, "Insufficient cpu", lasting, true},
		"room to come":           {[]string{setOfOne, unschedulable("Insufficient cpu", ""), `{apiVersion: v1, kind: Pod, metadata: {name: ends, deletionTimestamp: 2026-01-01T10:00:00Z}, status: {conditions: [{type: Ready, status: "True"}]}}`}, "", 0, false},
		"pod's claim comes":      {[]string{setOfOne, unschedulable(unbound, usesClaim), pendingOn(ofFast), fast, runs, `{apiVersion: v1, kind: Event, metadata: {name: p}, involvedObject: {uid: c1}, reason: Provisioning}`}, "", 0, false},
		"pod's claim missing":    {[]string{setOfOne, unschedulable(`persistentvolumeclaim "c" not found`, usesClaim)}, "waits for the claim ns/c, which is not there", lasting, true},
		"pod's claim's volume":   {[]string{setOfOne, unschedulable(unbound, usesClaim), pendingOn(named), released}, "which is Released", lasting, false},
		"mount fails":            {[]string{setOfOne, podOf("nodeName: node1", ""), event("FailedMount", "p", "access denied by server")}, "pod db-0 on the node node1 cannot use its volumes: access denied by server. Create", lasting, true},
		"mount hangs":            {[]string{daemons, mounting, pendingOn(named), nfsVolume}, "pod db-0 on the node node1 has waited for its volumes for 120 s, and the NFS server nas says nothing: it is down", silence, true},
		"no sandbox":             {[]string{daemons, mounting, pendingOn(named), nfsVolume, event("FailedCreatePodSandBox", "p", "no network")}, "", 0, false},
		"mount on its way":       {[]string{daemons, strings.Replace(mounting, `status: "False"`, `status: "True"`, 1), pendingOn(named), nfsVolume}, "", 0, false},
		"other volume's way":     {[]string{daemons, mounting, pendingOn(named)}, "", 0, false},
		"says why it ends":       {[]string{daemons, strings.Replace(strings.Replace(containerWaits("CrashLoopBackOff", ""), "restartCount: 3", "restartCount: 1", 1), "exitCode: 1,", "exitCode: 1, message: 'root may not write',", 1)}, "pod db-0 on the node node1: the container c ends with: root may not write", lasting, true},
		"says why, just now":     {[]string{daemons, podOf("nodeName: node1", `initContainerStatuses: [{name: c, state: {terminated: {exitCode: 1, message: may not write}}}]`)}, "pod db-0 on the node node1: the container c ends with: may not write", lasting, true},
		"initialized":            {[]string{daemons, podOf("nodeName: node1", `initContainerStatuses: [{name: c, state: {terminated: {exitCode: 0, message: written}}}]`)}, "", 0, false},
		"daemon's node away":     {[]string{daemons, podOf("nodeName: node1", ""), node("Unknown")}, "", 0, false},
		"wanted on an away node": {[]string{daemons, podOf("nodeName: node1, tolerations: [{operator: Exists}]", ""), node("Unknown")}, "which is away", awayTime, false},
		"mount failed once":      {[]string{setOfOne, podOf("nodeName: node1", ""), strings.Replace(event("FailedMount", "p", "timed out"), "count: 3", "count: 1", 1)}, "", 0, false},
		"mounted since":          {[]string{setOfOne, podOf("nodeName: node1", `conditions: [{type: PodReadyToStartContainers, status: "True"}]`), event("FailedMount", "p", "timed out")}, "", 0, false},
		"node away":              {[]string{setOfOne, podOf("nodeName: node1", ""), node("Unknown")}, "the node node1, which is away: its kubelet was last heard of at 2026-01-01T10:00:00Z", awayTime, false},
		"ending on a lost node":  {[]string{setOfOne, strings.Replace(podOf("nodeName: node1", ""), "uid: p,", "uid: p, deletionTimestamp: 2026-01-01T10:00:00Z,", 1), node("Unknown")}, "which is away", awayTime, false},
		"moved off a lost node":  {[]string{deployOne, strings.Replace(podOf("nodeName: node1", ""), "uid: p,", "uid: p, deletionTimestamp: 2026-01-01T10:00:00Z,", 1), node("Unknown")}, "", 0, false},
		"node boots":             {[]string{setOfOne, podOf("nodeName: node1", ""), node("False")}, "is not ready: kubelet stopped", bootTime, false},
		"node there":             {[]string{setOfOne, podOf("nodeName: node1", ""), node("True")}, "", 0, false},
		"quota":                  {[]string{setOfOne, event("FailedCreate", "s", quotaSays), quota("2")}, "exceeded quota: small", lasting, true},
		"quota of before":        {[]string{setOfOne, event("FailedCreate", "s", quotaSays), quota("1")}, "", 0, false},
		"quota of a deployment":  {[]string{strings.Replace(deployOne, "spec: {replicas: 1}}", "spec: {replicas: 1}, status: {conditions: [{type: ReplicaFailure, status: 'True', message: 'pods \"x\" is forbidden: violates PodSecurity'}]}}", 1), podOf("", "")}, "violates PodSecurity. Correct the pod's template", lasting, true},
		"another set's refusal":  {[]string{setOfOne, event("FailedCreate", "other", quotaSays), quota("2")}, "", 0, false},
		"released volume":        {[]string{pendingOn(named), released}, "the claim ns/c waits for the volume pv, which is Released. The claim that it was bound to was deleted, and its data are still there; bind it again with: repair-volume pv", lasting, false},
		"released, by claimRef":  {[]string{pendingOn(`storageClassName: ""`), released}, "repair-volume pv", lasting, false},
		"volume of another":      {[]string{pendingOn(named), strings.Replace(released, "name: c,", "name: b,", 1)}, "which belongs to the claim ns/b", lasting, false},
		"volume gone":            {[]string{pendingOn(named)}, "the volume pv, which is not there", lasting, true},
		"volume about to bind":   {[]string{pendingOn(named), `{apiVersion: v1, kind: PersistentVolume, metadata: {name: pv}, spec: {claimRef: {namespace: ns, name: c}}, status: {phase: Available}}`}, "", 0, false},
		"volume too small":       {[]string{pendingOn(named), `{apiVersion: v1, kind: PersistentVolume, metadata: {name: pv}, status: {phase: Available}}`, event("VolumeMismatch", "c1", "requested PV is too small")}, "requested PV is too small", lasting, false},
		"no volume":              {[]string{pendingOn(`storageClassName: "", resources: {requests: {storage: 1Gi}}`)}, "none that is free fits it", lasting, true},
		"volume to be found":     {[]string{pendingOn(`storageClassName: "", resources: {requests: {storage: 1Gi}}`), `{apiVersion: v1, kind: PersistentVolume, metadata: {name: pv}, spec: {capacity: {storage: 1Gi}}}`}, "", 0, false},
		"class missing":          {[]string{pendingOn(ofFast)}, "the storage class fast, which is not there", lasting, true},
		"provisioner down":       {[]string{pendingOn(ofFast), fast, strings.Replace(runs, "readyReplicas: 1", "readyReplicas: 0", 1)}, "the Deployment ns/nfs has no pod that is ready", lasting, true},
		"provisioner slow":       {[]string{pendingOn(ofFast), fast, runs}, "which has not begun", provisionerTime, true},
		"provisioner cannot":     {[]string{pendingOn(ofFast), fast, runs, event("ProvisioningFailed", "c1", "mkdir: read-only file system")}, "cannot make a volume for the claim ns/c: mkdir: read-only file system", lasting, false},
		"first consumer to come": {[]string{pendingOn(ofFast), strings.Replace(fast, "provisioner:", "volumeBindingMode: WaitForFirstConsumer, provisioner:", 1)}, "", 0, false},
		"claim lost":             {[]string{strings.Replace(pendingOn(named), "Pending", "Lost", 1)}, "has lost its volume pv", lasting, false},
		"volume released":        {[]string{released}, "the volume pv is Released", lasting, false},
	} {
		t.Run(name, func(t *testing.T) {
			s := blockedScene(t, c.objects...)
			rule, ok := ruleFor(s.written)
			if !ok {
				t.Fatal("no rule")
			}
			found := rule.blocked(context.Background(), s)
			switch {
			case c.wants == "" && len(found) > 0:
				t.Errorf("%+v", found)
			case c.wants != "" && (len(found) != 1 || !strings.Contains(found[0].text, c.wants)):
				t.Errorf("%+v", found)
			case c.wants != "" && (found[0].after != c.after || found[0].mayCome != c.mayCome):
				t.Errorf("after %s, may come: %v", found[0].after, found[0].mayCome)
			}
		})
	}
}

// TestBrokenPodsOfAnOldTemplate holds that a Deployment is not given up for the pods that it is about to end.
func TestBrokenPodsOfAnOldTemplate(t *testing.T) {
	pod := func(owner string) string {
		return strings.Replace(containerWaits("ErrImagePull", "not found"), "uid: p,", "uid: p, ownerReferences: [{uid: "+owner+", controller: true}],", 1)
	}
	replicaSet := func(uid, revision string) string {
		return `{apiVersion: apps/v1, kind: ReplicaSet, metadata: {name: ` + uid + `, uid: ` + uid + `, ownerReferences: [{uid: d, controller: true}], annotations: {deployment.kubernetes.io/revision: "` + revision + `"}}}`
	}
	for owner, count := range map[string]int{"older": 0, "newer": 1} {
		s := blockedScene(t, deployOne, pod(owner), replicaSet("older", "1"), replicaSet("newer", "2"))
		if found := podObstacles(context.Background(), s); len(found) != count {
			t.Errorf("of the %s template: %+v", owner, found)
		}
	}
}

// TestEventsOfBefore holds that what was told before the wait began counts only once it is told again.
func TestEventsOfBefore(t *testing.T) {
	s := blockedScene(t, setOfOne, podOf("nodeName: node1", ""), event("FailedMount", "p", "access denied"))
	s.known = nil
	s.remember()
	if found := podObstacles(context.Background(), s); len(found) > 0 {
		t.Errorf("known before: %+v", found)
	}
	s.events.items()[0].SetResourceVersion("8")
	if found := podObstacles(context.Background(), s); len(found) != 1 {
		t.Errorf("told again: %+v", found)
	}
}

func TestPatience(t *testing.T) {
	begin := time.Now()
	at := func(seconds int) time.Time { return begin.Add(time.Duration(seconds) * time.Second) }
	var wrote time.Time
	p := newPatience(func() time.Time { return wrote })
	image, class := blocked("image", "no image"), blocked("class", "no class").unlessMade()
	for _, step := range []struct {
		second int
		found  []obstacle
		texts  int
	}{
		{0, []obstacle{image, class}, 0},
		{14, []obstacle{image, class}, 0},
		{15, []obstacle{image, class}, 1}, // the class may be made: something was at 10 s
		{16, []obstacle{class}, 0},
		{17, []obstacle{image, class}, 0}, // it was away for a moment
		{24, []obstacle{class}, 0},
		{25, []obstacle{class}, 1},
	} {
		wrote = at(10)
		if texts := p.lasted(step.found, at(step.second)); len(texts) != step.texts {
			t.Errorf("after %d s: %v", step.second, texts)
		}
	}
}

// TestHopelessWaitsEnd holds that a wait ends with the cause: at once, or within 20 s where it may be for a moment only.
func TestHopelessWaitsEnd(t *testing.T) {
	for reason, limits := range map[string][2]time.Duration{
		"InvalidImageName": {0, 10 * time.Second}, "ImagePullBackOff": {lasting, 20 * time.Second},
	} {
		t.Run(reason, func(t *testing.T) {
			t.Parallel()
			set := parse(t, `{apiVersion: apps/v1, kind: StatefulSet, metadata: {name: db, namespace: ns, uid: s, generation: 1},
				spec: {replicas: 1, selector: {matchLabels: {app: db}}}, status: {observedGeneration: 1, replicas: 1}}`)
			pod := parse(t, containerWaits(reason, "not found"))
			pod.SetLabels(map[string]string{"app": "db"})
			client := cluster(set, pod)
			waiter := &Waiter{Dynamic: client, Report: func(string) {}, Resource: func(*unstructured.Unstructured) (dynamic.ResourceInterface, error) {
				return client.Resource(schema.GroupVersionResource{Group: "apps", Version: "v1", Resource: "statefulsets"}).Namespace("ns"), nil
			}}
			begin := time.Now()
			live, err := waiter.Ready(context.Background(), set, Options{})
			if took := time.Since(begin); err == nil || live == nil || !strings.Contains(err.Error(), "pod db-0 cannot start") || took < limits[0] || took > limits[1] {
				t.Errorf("after %s: %v", took, err)
			}
		})
	}
}
