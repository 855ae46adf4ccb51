package await

import (
	"context"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
)

// rule says when objects of a kind are ready. Kinds without a rule are ready once they are written.
type rule struct {
	ready func(*scene) verdict
	// timeout, where it is not ten minutes.
	timeout time.Duration
	// settle is how long nothing may change before ready counts.
	settle time.Duration
	// blocked looks for what keeps the object from becoming ready for good.
	blocked func(context.Context, *scene) []obstacle
	// losable: a refresh checks too whether the object is still ready.
	losable bool
	// pods chooses the pods that belong to the object.
	pods func(*unstructured.Unstructured) (tweak, bool)
	// slices follows the EndpointSlices of a Service, events the warnings of the namespace.
	slices, events bool
}

// rules by kind; which kinds are waited for, and how long, is as in pulumi-kubernetes 4.32.
var rules = map[schema.GroupKind]rule{
	{Group: "apps", Kind: "Deployment"}:                               {ready: deployment, blocked: podObstacles, losable: true, pods: selected, events: true},
	{Group: "apps", Kind: "StatefulSet"}:                              {ready: statefulSet, blocked: podObstacles, losable: true, pods: selected, events: true},
	{Group: "apps", Kind: "DaemonSet"}:                                {ready: daemonSet, blocked: podObstacles, losable: true, pods: selected, events: true},
	{Group: "batch", Kind: "Job"}:                                     {ready: job, blocked: podObstacles, losable: true, pods: selected, events: true},
	{Kind: "Pod"}:                                                     {ready: pod, blocked: podObstacles, losable: true, pods: itself, events: true},
	{Kind: "ReplicationController"}:                                   {ready: replicationController, blocked: podObstacles, pods: selected, events: true},
	{Kind: "PersistentVolume"}:                                        {ready: volume, blocked: volumeObstacle, timeout: 5 * time.Minute},
	{Kind: "PersistentVolumeClaim"}:                                   {ready: claim, blocked: claimObstacle, timeout: 5 * time.Minute, losable: true, events: true},
	{Kind: "ResourceQuota"}:                                           {ready: quota, timeout: time.Minute},
	{Kind: "Secret"}:                                                  {ready: secret, timeout: time.Minute},
	{Kind: "Service"}:                                                 {ready: service, blocked: podObstacles, settle: 5 * time.Second, losable: true, pods: selected, slices: true, events: true},
	{Group: "networking.k8s.io", Kind: "Ingress"}:                     {ready: ingress, losable: true},
	{Group: "apiextensions.k8s.io", Kind: "CustomResourceDefinition"}: {ready: definition, timeout: time.Minute},
}

// ruleFor finds the rule that an object needs. Objects that are ready without anyone's doing need none, which spares
// their watches.
func ruleFor(obj *unstructured.Unstructured) (rule, bool) {
	found, ok := rules[obj.GroupVersionKind().GroupKind()]
	if !ok {
		return found, false
	}
	switch obj.GetKind() {
	case "Secret":
		kind, _, _ := unstructured.NestedString(obj.Object, "type")
		return found, kind == "kubernetes.io/service-account-token"
	case "Service":
		return found, !servesNobody(obj)
	}
	return found, true
}

// selected chooses the pods of a workload or Service by its selector.
func selected(obj *unstructured.Unstructured) (tweak, bool) {
	values, _, _ := unstructured.NestedMap(obj.Object, "spec", "selector")
	selector := into[metav1.LabelSelector](&unstructured.Unstructured{Object: values})
	if kind := obj.GetKind(); kind == "ReplicationController" || kind == "Service" {
		selector.MatchLabels, _, _ = unstructured.NestedStringMap(obj.Object, "spec", "selector")
	}
	parsed, err := metav1.LabelSelectorAsSelector(selector)
	if err != nil || parsed.Empty() {
		return nil, false
	}
	return bySelector(parsed.String()), true
}

// itself chooses a pod.
func itself(obj *unstructured.Unstructured) (tweak, bool) { return byName(obj.GetName()), true }
