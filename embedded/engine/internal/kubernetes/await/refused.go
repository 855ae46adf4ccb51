package await

import (
	"context"
	"regexp"
	"slices"
	"strings"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
)

// refusedPods tells why the API server lets the object's controller make no pods.
func (s *scene) refusedPods(ctx context.Context) []obstacle {
	message := s.refusal()
	if message == "" {
		return nil
	}
	remedy := "Correct the pod's template, or what refuses it"
	if quota := exceeded.FindStringSubmatch(message); quota != nil {
		if !s.stillExceeded(ctx, quota[1], quota[2]) {
			return nil // the controller tries again
		}
		remedy = "Raise the quota, free some of it, or ask for less"
	}
	return []obstacle{blocked("refused", "its pods cannot be made: %s. %s", trim(message), remedy).unlessMade()}
}

// refusal is what the API server last said to the object's controller, as long as pods are missing.
func (s *scene) refusal() string {
	object := s.object()
	if object.GetKind() == "Deployment" {
		for _, condition := range into[appsv1.Deployment](object).Status.Conditions {
			if condition.Type == appsv1.DeploymentReplicaFailure && condition.Status == corev1.ConditionTrue {
				return condition.Message
			}
		}
		return ""
	}
	event := s.latest(string(object.GetUID()), "FailedCreate")
	if event == nil || len(s.podList()) >= wanted(object) {
		return ""
	}
	return event.Message
}

// wanted is how many pods an object asks for.
func wanted(object *unstructured.Unstructured) int {
	for _, path := range [][]string{
		{"spec", "replicas"}, {"status", "desiredNumberScheduled"}, {"spec", "parallelism"},
	} {
		if count, found, err := unstructured.NestedInt64(object.Object, path...); found && err == nil {
			return int(count)
		}
	}
	return 0
}

// exceeded reads the API server's word on a quota: its name, and what was asked for.
var exceeded = regexp.MustCompile(`exceeded quota: (\S+), requested: (\S+?), used:`)

// stillExceeded tells whether a quota still has no room for what was asked for; a controller that was refused tries again ever
// more rarely, so that its last word may be out of date.
func (s *scene) stillExceeded(ctx context.Context, name, requested string) bool {
	live := s.get(ctx, quotaResource, s.written.GetNamespace(), name)
	if live == nil {
		return false
	}
	status := into[corev1.ResourceQuota](live).Status
	return slices.ContainsFunc(strings.Split(requested, ","), func(item string) bool {
		key, value, _ := strings.Cut(item, "=")
		amount, err := resource.ParseQuantity(value)
		hard, limited := status.Hard[corev1.ResourceName(key)]
		if err != nil || !limited {
			return false
		}
		amount.Add(status.Used[corev1.ResourceName(key)])
		return amount.Cmp(hard) > 0
	})
}
