package await

import (
	"maps"
	"time"

	corev1 "k8s.io/api/core/v1"
	discoveryv1 "k8s.io/api/discovery/v1"
	storagev1 "k8s.io/api/storage/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
)

// volume is ready once a claim can have it, or has it.
func volume(s *scene) verdict {
	v := into[corev1.PersistentVolume](s.object())
	switch v.Status.Phase {
	case corev1.VolumeAvailable, corev1.VolumeBound:
		return isReady()
	case corev1.VolumeReleased, corev1.VolumeFailed:
		if s.options.Updating {
			return isReady()
		}
	}
	return waitFor("the volume to be available (it is %q)", v.Status.Phase)
}

// claim is ready once it is bound. A class that waits for a claim's first consumer binds it when a pod comes, so there
// Pending is all that can be had.
func claim(s *scene) verdict {
	c := into[corev1.PersistentVolumeClaim](s.object())
	pending := waitFor("the claim to be bound (it is %q)", c.Status.Phase)
	switch c.Status.Phase {
	case corev1.ClaimBound:
		return isReady()
	case corev1.ClaimLost:
		return hopelessAs("the claim has lost its volume %s", c.Spec.VolumeName)
	case corev1.ClaimPending:
		if c.Spec.StorageClassName == nil || *c.Spec.StorageClassName == "" {
			break
		}
		class := s.class(*c.Spec.StorageClassName)
		if class == nil {
			// A name that only volumes bear is legal too; but the class may be made later, or was not readable just now.
			pending.again = unwatchedPause
		} else if class.VolumeBindingMode != nil &&
			*class.VolumeBindingMode == storagev1.VolumeBindingWaitForFirstConsumer {
			return isReady()
		}
	}
	return pending
}

// quota is ready once the controller has taken its limits over.
func quota(s *scene) verdict {
	q := into[corev1.ResourceQuota](s.object())
	same := func(a, b resource.Quantity) bool { return a.Cmp(b) == 0 }
	if maps.EqualFunc(q.Spec.Hard, q.Status.Hard, same) {
		return isReady()
	}
	return waitFor("the quota to be in force")
}

// secret holds a service account's token once the controller has made one.
func secret(s *scene) verdict {
	if data, _, _ := unstructured.NestedMap(s.object().Object, "data"); len(data) > 0 {
		return isReady()
	}
	return waitFor("the service account's token to be made")
}

// servesNobody tells whether a Service has no endpoints of its own to wait for: headless, external or without selector.
func servesNobody(obj *unstructured.Unstructured) bool {
	spec := into[corev1.Service](obj).Spec
	return spec.Type == corev1.ServiceTypeExternalName ||
		spec.Type != corev1.ServiceTypeLoadBalancer &&
			(spec.ClusterIP == corev1.ClusterIPNone || len(spec.Selector) == 0)
}

// service is ready once none of its pods is still starting and, for a load balancer, its address is known. A Service
// that no pod matches is ready as well: its workload may come after it.
func service(s *scene) verdict {
	svc := into[corev1.Service](s.object())
	if svc.Spec.Type == corev1.ServiceTypeLoadBalancer && len(svc.Status.LoadBalancer.Ingress) == 0 {
		return waitFor("a load balancer to give the service an address")
	}
	if len(svc.Spec.Selector) == 0 || svc.Spec.ClusterIP == corev1.ClusterIPNone {
		return isReady()
	}
	if items, synced := s.slices(); !synced || len(items) == 0 {
		return waitFor("the service's endpoints")
	}
	starting := 0
	for _, slice := range all[discoveryv1.EndpointSlice](s.slices.items()) {
		for _, endpoint := range slice.Endpoints {
			ready, ending := endpoint.Conditions.Ready, endpoint.Conditions.Terminating
			if ready != nil && !*ready && (ending == nil || !*ending) {
				starting++
			}
		}
	}
	if starting > 0 {
		return waitFor("%d of the service's pods to be ready", starting)
	}
	return isReady()
}

func ingress(s *scene) verdict {
	if found, _, _ := unstructured.NestedSlice(s.object().Object, "status", "loadBalancer", "ingress"); len(found) > 0 {
		return isReady()
	}
	return waitFor("an ingress controller to give the ingress an address")
}

// definition is ready once the API server lists its kind in every version that it serves. The condition Established
// comes before that, and what is created between the two cannot be told to be namespaced or not.
func definition(s *scene) verdict {
	conditions, _, _ := unstructured.NestedSlice(s.object().Object, "status", "conditions")
	for _, item := range conditions {
		condition, _ := item.(map[string]any)
		if condition["type"] == "Established" && condition["status"] == "True" {
			return listed(s)
		}
		if condition["type"] == "NamesAccepted" && condition["status"] == "False" {
			return hopelessAs("the definition's names are taken: %v", condition["message"])
		}
	}
	return waitFor("the API server to serve the new kind")
}

// unwatchedPause is how long to leave the API server alone before it is asked again for what is not watched.
const unwatchedPause = 500 * time.Millisecond

// listed is ready once every served version of an established definition is in the API server's discovery.
func listed(s *scene) verdict {
	group, _, _ := unstructured.NestedString(s.object().Object, "spec", "group")
	kind, _, _ := unstructured.NestedString(s.object().Object, "spec", "names", "kind")
	versions, _, _ := unstructured.NestedSlice(s.object().Object, "spec", "versions")
	for _, item := range versions {
		version, _ := item.(map[string]any)
		name, _ := version["name"].(string)
		if version["served"] == true && !s.serves(schema.GroupVersionKind{Group: group, Version: name, Kind: kind}) {
			missing := waitFor("the API server to list %s in %s/%s", kind, group, name)
			missing.again = unwatchedPause
			return missing
		}
	}
	return isReady()
}
