package await

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
)

// problems says what is in the way: pods that do not run, then the warnings about the object and its pods.
func (s *scene) problems() []string {
	var found []string
	pods := s.podList()
	slices.SortFunc(pods, func(a, b *corev1.Pod) int { return cmp.Compare(a.Name, b.Name) })
	self := s.written.GetKind() + "/" + s.written.GetName()
	// What warnings are about, and how it is called in them.
	ours := map[string]string{self: self}
	for _, pod := range pods {
		ours["Pod/"+pod.Name] = onNode("Pod/"+pod.Name, pod)
		found = append(found, podProblems(pod)...)
	}
	return append(found, s.warnings(ours)...)
}

// podProblems says why a pod is not ready.
func podProblems(pod *corev1.Pod) []string {
	var found []string
	add := func(format string, args ...any) {
		found = append(found, "pod "+pod.Name+": "+fmt.Sprintf(format, args...))
	}
	if pod.DeletionTimestamp != nil {
		add("ending")
		return found
	}
	for _, condition := range pod.Status.Conditions {
		if condition.Type == corev1.PodScheduled && condition.Status == corev1.ConditionFalse {
			add("%s: %s", condition.Reason, condition.Message)
		}
	}
	if pod.Status.Phase == corev1.PodSucceeded {
		return found
	}
	for _, container := range slices.Concat(pod.Status.InitContainerStatuses, pod.Status.ContainerStatuses) {
		state, last := container.State, container.LastTerminationState.Terminated
		switch {
		case state.Waiting != nil && state.Waiting.Message != "":
			add("%s in container %s: %s", state.Waiting.Reason, container.Name, state.Waiting.Message)
		case state.Waiting != nil:
			add("%s", state.Waiting.Reason)
		case state.Terminated != nil && state.Terminated.ExitCode != 0:
			add("container %s ended with code %d (%s)%s", container.Name, state.Terminated.ExitCode, state.Terminated.Reason,
				lastWords(state.Terminated))
		case state.Running != nil && !container.Ready:
			add("container %s runs but is not ready yet", container.Name)
		}
		if last != nil && last.ExitCode != 0 && !container.Ready {
			add("container %s ended before with code %d (%s), restarted %d times",
				container.Name, last.ExitCode, last.Reason, container.RestartCount)
		}
	}
	return found
}

// lastWords gives what a container has left as the reason of its end, if it has.
func lastWords(ended *corev1.ContainerStateTerminated) string {
	if ended.Message == "" {
		return ""
	}
	return ": " + strings.ReplaceAll(strings.TrimSpace(ended.Message), "\n", "; ")
}

// eventTime is when an event was last told.
func eventTime(e *corev1.Event) int64 {
	return max(e.LastTimestamp.UnixNano(), e.EventTime.UnixNano(), e.CreationTimestamp.UnixNano())
}

// warnings gives the latest warning about each object and reason, the newest first.
func (s *scene) warnings(ours map[string]string) []string {
	events := all[corev1.Event](s.events.items())
	slices.SortFunc(events, func(a, b *corev1.Event) int { return cmp.Compare(eventTime(b), eventTime(a)) })
	var found []string
	told := map[string]bool{}
	for _, event := range events {
		about := event.InvolvedObject.Kind + "/" + event.InvolvedObject.Name
		// A warning from before this object was made is about an earlier one of the same name.
		stale := eventTime(event) < s.written.GetCreationTimestamp().UnixNano()
		if ours[about] == "" || stale || told[about+event.Reason] {
			continue
		}
		told[about+event.Reason] = true
		found = append(found, fmt.Sprintf("%s: %s: %s", ours[about], event.Reason, event.Message))
	}
	return found
}
