package await

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/types"
)

// revisionAnnotation numbers a Deployment's templates, on it and on its ReplicaSets.
const revisionAnnotation = "deployment.kubernetes.io/revision"

const (
	// awayTime bridges a node that is back before its state was told; Kubernetes itself takes up to 55 s to call it away.
	awayTime = 3 * time.Second
	// bootTime is how long a node that answers may take to be Ready.
	bootTime = 45 * time.Second
	// crashes is how often a container must have been started again: what it needs may come a little after it.
	crashes = 3
	// mountAttempts is how often a mount must have failed: the first times, a Secret may only not have come to the node yet.
	mountAttempts = 3
	// silence is how long a mount may take without a word: where many pods start at once, a small host gives the last one its
	// volumes after a minute, and what fails is told sooner.
	silence = 120 * time.Second
)

// podObstacles looks for what keeps the object's pods from being ready.
func podObstacles(ctx context.Context, s *scene) []obstacle {
	found := s.refusedPods(ctx)
	replaced := s.replaced(ctx)
	for _, pod := range s.podList() {
		ending := pod.DeletionTimestamp != nil
		// A pod that ends is in the way where the next one bears its name.
		harmless := ending && s.written.GetKind() != "StatefulSet"
		if podReady(pod) && !ending || pod.Status.Phase == corev1.PodSucceeded || harmless || replaced(pod) {
			continue
		}
		node := s.nodeObstacles(ctx, pod)
		if len(node) > 0 && s.doesWithout(pod) {
			continue
		}
		found = append(found, node...)
		if len(node) > 0 || ending {
			continue
		}
		own := slices.Concat(s.scheduleObstacles(ctx, pod), s.containerObstacles(pod), s.mountObstacles(ctx, pod))
		for i := range own {
			own[i].text += s.blocksUpdate(pod)
		}
		found = append(found, own...)
	}
	return found
}

func podReady(pod *corev1.Pod) bool {
	return slices.ContainsFunc(pod.Status.Conditions, func(c corev1.PodCondition) bool {
		return c.Type == corev1.PodReady && c.Status == corev1.ConditionTrue
	})
}

// replaced tells which pods a Deployment ends by itself once the pods of its latest template are ready.
func (s *scene) replaced(ctx context.Context) func(*corev1.Pod) bool {
	object := s.object()
	if object.GetKind() != "Deployment" {
		return func(*corev1.Pod) bool { return false }
	}
	latest := object.GetAnnotations()[revisionAnnotation]
	older := map[types.UID]bool{}
	for _, set := range s.list(ctx, replicaSetResource, object.GetNamespace(), everything) {
		older[set.GetUID()] = metav1.IsControlledBy(set, object) && set.GetAnnotations()[revisionAnnotation] != latest
	}
	return func(pod *corev1.Pod) bool {
		owner := metav1.GetControllerOf(pod)
		return owner != nil && older[owner.UID]
	}
}

// nodeObstacles tells whether a pod's node is away.
func (s *scene) nodeObstacles(ctx context.Context, pod *corev1.Pod) []obstacle {
	if pod.Spec.NodeName == "" {
		return nil
	}
	live := s.get(ctx, nodeResource, "", pod.Spec.NodeName)
	if live == nil {
		return nil
	}
	about := "node/" + pod.Spec.NodeName
	for _, condition := range into[corev1.Node](live).Status.Conditions {
		switch {
		case condition.Type != corev1.NodeReady:
		case condition.Status == corev1.ConditionUnknown:
			return []obstacle{blocked(about, "pod %s is on the node %s, which is away: its kubelet was last heard of at %s. "+
				"Start the node again; if it is gone for good, delete the Node and the pod (kubectl -n %s delete pod %s --force)",
				pod.Name, live.GetName(), condition.LastHeartbeatTime.UTC().Format(time.RFC3339), pod.Namespace, pod.Name,
			).within(awayTime)}
		case condition.Status == corev1.ConditionFalse:
			return []obstacle{blocked(about, "pod %s is on the node %s, which is not ready: %s. See to that node first",
				pod.Name, live.GetName(), trim(condition.Message)).within(bootTime)}
		}
	}
	return nil
}

// doesWithout tells whether a DaemonSet counts no pod on a node that is away: such a node has a taint, and only a pod that
// tolerates it is wanted there.
func (s *scene) doesWithout(pod *corev1.Pod) bool {
	away := []string{"", corev1.TaintNodeUnreachable, corev1.TaintNodeNotReady}
	return s.written.GetKind() == "DaemonSet" && !slices.ContainsFunc(pod.Spec.Tolerations, func(t corev1.Toleration) bool {
		return slices.Contains(away, t.Key) && t.Operator == corev1.TolerationOpExists &&
			(t.Effect == "" || t.Effect == corev1.TaintEffectNoSchedule)
	})
}

// scheduleObstacles tells why no node takes a pod. One that waits for its claims waits as long as they are coming.
func (s *scene) scheduleObstacles(ctx context.Context, pod *corev1.Pod) []obstacle {
	for _, condition := range pod.Status.Conditions {
		if condition.Type != corev1.PodScheduled || condition.Status != corev1.ConditionFalse ||
			condition.Reason != corev1.PodReasonUnschedulable {
			continue
		}
		claims := s.claimsOf(ctx, pod)
		waits := strings.Contains(strings.ToLower(condition.Message), "persistentvolumeclaim")
		if len(claims) > 0 || waits || s.freesSoon(ctx, condition.Message) {
			return claims
		}
		// A node's label, or a volume that fits, may be made by the same run.
		return []obstacle{blocked("schedule/"+pod.Name, "pod %s cannot be placed on any node: %s. "+
			"Correct what it asks for (node selector, affinity, requests, volumes), or make a node fit",
			pod.Name, trim(condition.Message)).unlessMade()}
	}
	return nil
}

// freesSoon tells whether a pod waits for room that ending pods are about to leave.
func (s *scene) freesSoon(ctx context.Context, message string) bool {
	return strings.Contains(message, "Insufficient") &&
		slices.ContainsFunc(s.list(ctx, podResource, "", everything), func(pod *unstructured.Unstructured) bool {
			return pod.GetDeletionTimestamp() != nil
		})
}

// claimsOf looks for what keeps a pod's claims from being bound.
func (s *scene) claimsOf(ctx context.Context, pod *corev1.Pod) []obstacle {
	var found []obstacle
	for _, volume := range pod.Spec.Volumes {
		name := ""
		switch {
		case volume.PersistentVolumeClaim != nil:
			name = volume.PersistentVolumeClaim.ClaimName
		case volume.Ephemeral != nil:
			name = pod.Name + "-" + volume.Name
		default:
			continue
		}
		live, err := s.read(ctx, claimResource, pod.Namespace, name)
		switch {
		case live != nil:
			found = append(found, s.claimObstacles(ctx, into[corev1.PersistentVolumeClaim](live))...)
		case err == nil:
			found = append(found, blocked("claim/"+name, "pod %s waits for the claim %s/%s, which is not there: create it",
				pod.Name, pod.Namespace, name).unlessMade())
		}
	}
	return found
}

// containerObstacles tells why a pod's containers do not start.
func (s *scene) containerObstacles(pod *corev1.Pod) []obstacle {
	var found []obstacle
	for _, container := range slices.Concat(pod.Status.InitContainerStatuses, pod.Status.ContainerStatuses) {
		about := func(fault string) string { return fault + "/" + string(pod.UID) + "/" + container.Name }
		waiting, last := container.State.Waiting, lastEnd(container)
		// A pod that has failed for good is its controller's, which makes another one.
		if last != nil && last.ExitCode != 0 && trim(last.Message) != "" && pod.Status.Phase != corev1.PodFailed {
			// It says itself why it ended.
			found = append(found, blocked(about("crash"), "%s: the container %s ends with: %s",
				onNode("pod "+pod.Name, pod), container.Name, trim(last.Message)).unlessMade())
			continue
		}
		if waiting == nil {
			continue
		}
		switch waiting.Reason {
		case "InvalidImageName":
			found = append(found, blocked(about("image"), "pod %s cannot start: %q is no valid name of an image. Correct it",
				pod.Name, container.Image).within(0))
		case "ErrImageNeverPull":
			found = append(found, blocked(about("image"), "pod %s cannot start: the image %s is not on the node %s, and its "+
				"imagePullPolicy is Never. Load it there, or allow the pull", pod.Name, container.Image, pod.Spec.NodeName).within(0))
		case "ErrImagePull", "ImagePullBackOff", "ImageInspectError", "RegistryUnavailable", "SignatureValidationFailed":
			found = append(found, blocked(about("image"), "pod %s cannot start: the image %s cannot be had: %s. "+
				"Correct the image's name, or make it available to the nodes", pod.Name, container.Image, trim(waiting.Message)))
		case "CreateContainerConfigError", "CreateContainerError", "RunContainerError":
			found = append(found, blocked(about("start"), "pod %s: the container %s cannot be started: %s. "+
				"Create what is missing, or correct the container", pod.Name, container.Name, trim(waiting.Message)).unlessMade())
		case "CrashLoopBackOff":
			if last == nil || last.ExitCode == 0 || container.RestartCount < crashes {
				continue
			}
			found = append(found, blocked(about("crash"), "pod %s: the container %s has ended %d times, last with code %d (%s). "+
				"See why with: kubectl -n %s logs %s -c %s --previous", pod.Name, container.Name, container.RestartCount+1,
				last.ExitCode, last.Reason, pod.Namespace, pod.Name, container.Name).unlessMade())
		}
	}
	return found
}

// lastEnd is how a container ended that does not run and is to be started again.
func lastEnd(container corev1.ContainerStatus) *corev1.ContainerStateTerminated {
	if waiting := container.State.Waiting; waiting != nil && waiting.Reason == "CrashLoopBackOff" {
		return container.LastTerminationState.Terminated
	}
	return container.State.Terminated
}

// mountObstacles tells why a pod's volumes cannot be mounted. Only what was told during this wait counts: the kubelet tries
// again ever more rarely, so that an older failure may be mended already.
func (s *scene) mountObstacles(ctx context.Context, pod *corev1.Pod) []obstacle {
	event := s.latest(string(pod.UID), "FailedMount", "FailedAttachVolume", "FailedMapVolume")
	if event == nil && waitsForVolumes(pod) && s.latest(string(pod.UID), "FailedCreatePodSandBox") == nil {
		return s.silentServers(ctx, pod)
	}
	if event == nil || !s.fresh(event) || event.Count < mountAttempts || mounted(pod) {
		return nil
	}
	return []obstacle{blocked("mount/"+string(pod.UID), "%s cannot use its volumes: %s. Create what is missing; for NFS, "+
		"see to the server, its export and the directory", onNode("pod "+pod.Name, pod), trim(event.Message)).unlessMade()}
}

// silentServers tells of the NFS servers that a pod has waited for so long without a word that they do not answer at all:
// mount itself gives up only after minutes.
func (s *scene) silentServers(ctx context.Context, pod *corev1.Pod) []obstacle {
	var found []obstacle
	for _, volume := range pod.Spec.Volumes {
		source := volume.NFS
		if claim := volume.PersistentVolumeClaim; claim != nil {
			if live := s.get(ctx, claimResource, pod.Namespace, claim.ClaimName); live != nil {
				name := into[corev1.PersistentVolumeClaim](live).Spec.VolumeName
				if bound := s.get(ctx, volumeResource, "", name); name != "" && bound != nil {
					source = into[corev1.PersistentVolume](bound).Spec.NFS
				}
			}
		}
		if source != nil {
			found = append(found, blocked("silent/"+string(pod.UID)+"/"+source.Server, "%s has waited for its volumes for %d s, and the "+
				"NFS server %s says nothing: it is down, or a firewall drops the packets", onNode("pod "+pod.Name, pod),
				int(silence.Seconds()), source.Server).within(silence).unlessMade())
		}
	}
	return found
}

// waitsForVolumes tells whether a pod's node has taken it up and does not have its volumes yet.
func waitsForVolumes(pod *corev1.Pod) bool {
	return slices.ContainsFunc(pod.Status.Conditions, func(c corev1.PodCondition) bool {
		return c.Type == corev1.PodReadyToStartContainers && c.Status == corev1.ConditionFalse
	}) && pod.Status.StartTime != nil
}

// onNode adds the node of a pod, where it has one.
func onNode(what string, pod *corev1.Pod) string {
	if pod.Spec.NodeName == "" {
		return what
	}
	return what + " on the node " + pod.Spec.NodeName
}

// mounted tells whether a pod has its volumes: its sandbox and containers come after them.
func mounted(pod *corev1.Pod) bool {
	return slices.ContainsFunc(pod.Status.Conditions, func(c corev1.PodCondition) bool {
		return c.Type == corev1.PodReadyToStartContainers && c.Status == corev1.ConditionTrue
	}) || slices.ContainsFunc(pod.Status.ContainerStatuses, func(c corev1.ContainerStatus) bool { return c.State.Waiting == nil })
}

// blocksUpdate says so of a pod that is left from before an update: a StatefulSet replaces its pods in order, and waits for
// a broken one for ever.
func (s *scene) blocksUpdate(pod *corev1.Pod) string {
	object := s.object()
	next, _, _ := unstructured.NestedString(object.Object, "status", "updateRevision")
	if object.GetKind() != "StatefulSet" || next == "" || pod.Labels["controller-revision-hash"] == next {
		return ""
	}
	return fmt.Sprintf(". This pod is from before the last change, and the StatefulSet waits for it: delete it "+
		"(kubectl -n %s delete pod %s)", pod.Namespace, pod.Name)
}

// trim makes a message part of a sentence.
func trim(message string) string { return strings.TrimRight(strings.TrimSpace(message), ".") }
