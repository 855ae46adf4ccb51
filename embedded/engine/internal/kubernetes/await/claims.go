package await

import (
	"context"
	"slices"
	"strings"
	"time"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	storagev1 "k8s.io/api/storage/v1"
)

// provisionerTime is how long a provisioner that may be somewhere gets to begin: a new leader alone takes half a minute.
const provisionerTime = time.Minute

// provisionerVariable is where nfs-subdir-external-provisioner is told which classes are its own.
const provisionerVariable = "PROVISIONER_NAME"

// claimObstacle is the one for a claim that is waited for itself.
func claimObstacle(ctx context.Context, s *scene) []obstacle {
	return s.claimObstacles(ctx, into[corev1.PersistentVolumeClaim](s.object()))
}

// volumeObstacle tells what no claim can have any more.
func volumeObstacle(_ context.Context, s *scene) []obstacle {
	v := into[corev1.PersistentVolume](s.object())
	switch v.Status.Phase {
	case corev1.VolumeReleased, corev1.VolumeFailed:
		return []obstacle{blocked("volume/"+v.Name, "the volume %s is %s. %s", v.Name, v.Status.Phase, released(v))}
	}
	return nil
}

// released says what makes a volume free again.
func released(v *corev1.PersistentVolume) string {
	if v.Status.Phase == corev1.VolumeFailed {
		return "Its plugin could not reclaim it (" + trim(v.Status.Message) + "): delete it and make it again"
	}
	return "The claim that it was bound to was deleted, and its data are still there; bind it again with: " +
		"repair-volume " + v.Name
}

// claimObstacles looks for what keeps a claim from being bound.
func (s *scene) claimObstacles(ctx context.Context, c *corev1.PersistentVolumeClaim) []obstacle {
	title := c.Namespace + "/" + c.Name
	about := "claim/" + title
	switch {
	case c.Status.Phase == corev1.ClaimLost:
		return []obstacle{blocked(about, "the claim %s has lost its volume %s. Make that volume again, "+
			"or delete the claim and make it again", title, c.Spec.VolumeName)}
	case c.Status.Phase != corev1.ClaimPending:
		return nil
	case c.DeletionTimestamp != nil:
		return []obstacle{blocked(about, "the claim %s is being deleted, and goes once no pod uses it", title)}
	case c.Spec.VolumeName != "":
		live, err := s.read(ctx, volumeResource, "", c.Spec.VolumeName)
		switch {
		case err != nil:
			return nil
		case live == nil:
			return []obstacle{blocked(about, "the claim %s waits for the volume %s, which is not there: create it",
				title, c.Spec.VolumeName).unlessMade()}
		}
		return s.reserved(c, into[corev1.PersistentVolume](live))
	}
	volumes := all[corev1.PersistentVolume](s.list(ctx, volumeResource, "", everything))
	for _, v := range volumes {
		if ref := v.Spec.ClaimRef; ref != nil && ref.Namespace == c.Namespace && ref.Name == c.Name {
			return s.reserved(c, v)
		}
	}
	if slices.ContainsFunc(volumes, func(v *corev1.PersistentVolume) bool { return fits(v, c) }) {
		return nil
	}
	return s.classObstacles(ctx, c)
}

// reserved tells why a claim does not get the very volume that it names, or that names it.
func (s *scene) reserved(c *corev1.PersistentVolumeClaim, v *corev1.PersistentVolume) []obstacle {
	title := c.Namespace + "/" + c.Name
	blockedBy := func(format string, args ...any) []obstacle {
		return []obstacle{blocked("claim/"+title, "the claim %s waits for the volume %s, "+format,
			append([]any{title, v.Name}, args...)...)}
	}
	ref := v.Spec.ClaimRef
	switch {
	case v.DeletionTimestamp != nil:
		return blockedBy("which is being deleted: make it again once it is gone")
	case ref != nil && (ref.Namespace != c.Namespace || ref.Name != c.Name):
		return blockedBy("which belongs to the claim %s/%s: name another volume, or give that claim up", ref.Namespace, ref.Name)
	case ref != nil && ref.UID != "" && ref.UID != c.UID,
		v.Status.Phase == corev1.VolumeReleased, v.Status.Phase == corev1.VolumeFailed:
		return blockedBy("which is %s. %s", v.Status.Phase, released(v))
	}
	if event := s.latest(string(c.UID), "VolumeMismatch"); event != nil && s.fresh(event) {
		return blockedBy("which does not fit: %s. Make class, size and access modes of the two agree", trim(event.Message))
	}
	return nil
}

// fits tells whether a free volume could be the claim's, so that the two only have to find each other.
func fits(v *corev1.PersistentVolume, c *corev1.PersistentVolumeClaim) bool {
	request := c.Spec.Resources.Requests[corev1.ResourceStorage]
	capacity := v.Spec.Capacity[corev1.ResourceStorage]
	return v.Spec.ClaimRef == nil && v.DeletionTimestamp == nil && v.Spec.StorageClassName == className(c) &&
		capacity.Cmp(request) >= 0
}

func className(c *corev1.PersistentVolumeClaim) string {
	if c.Spec.StorageClassName == nil {
		return ""
	}
	return *c.Spec.StorageClassName
}

// classObstacles tells why no volume is made for a claim, nor found.
func (s *scene) classObstacles(ctx context.Context, c *corev1.PersistentVolumeClaim) []obstacle {
	title, class := c.Namespace+"/"+c.Name, className(c)
	about := "claim/" + title
	noVolume := blocked(about, "the claim %s waits for a volume, and none that is free fits it (class %q, %s): create one",
		title, class, c.Spec.Resources.Requests.Storage()).unlessMade()
	if class == "" {
		return []obstacle{noVolume}
	}
	live, err := s.read(ctx, classResource, "", class)
	switch {
	case err != nil:
		return nil
	case live == nil:
		return []obstacle{blocked(about, "the claim %s waits for the storage class %s, which is not there: create it, or name another",
			title, class).unlessMade()}
	}
	typed := into[storagev1.StorageClass](live)
	waits := typed.VolumeBindingMode != nil && *typed.VolumeBindingMode == storagev1.VolumeBindingWaitForFirstConsumer
	switch {
	case waits && c.Annotations["volume.kubernetes.io/selected-node"] == "":
		return nil
	case strings.HasPrefix(typed.Provisioner, "kubernetes.io/no-provisioner"):
		return []obstacle{noVolume}
	}
	return s.provisionerObstacles(ctx, c, typed.Provisioner)
}

// provisionerObstacles tells whether somebody makes the claim's volume.
func (s *scene) provisionerObstacles(ctx context.Context, c *corev1.PersistentVolumeClaim, provisioner string) []obstacle {
	title := c.Namespace + "/" + c.Name
	about := "claim/" + title
	if event := s.latest(string(c.UID), "ProvisioningFailed"); event != nil {
		if !s.fresh(event) {
			return nil
		}
		return []obstacle{blocked(about, "the provisioner %s cannot make a volume for the claim %s: %s. See to its NFS server and export",
			provisioner, title, trim(event.Message))}
	}
	events := s.list(ctx, eventResource, c.Namespace, byFields("involvedObject.uid", string(c.UID)))
	if slices.ContainsFunc(all[corev1.Event](events), func(e *corev1.Event) bool { return e.Reason == "Provisioning" }) {
		return nil
	}
	for _, d := range all[appsv1.Deployment](s.list(ctx, deploymentResource, "", everything)) {
		if serves(d, provisioner) && d.Status.ReadyReplicas == 0 {
			return []obstacle{blocked(about, "the claim %s waits for the provisioner %s, which does not run: the Deployment %s/%s "+
				"has no pod that is ready. See why with: kubectl -n %s describe pods", title, provisioner, d.Namespace, d.Name, d.Namespace).unlessMade()}
		}
	}
	return []obstacle{blocked(about, "the claim %s waits for the provisioner %s, which has not begun. "+
		"Check that it runs, and that it may read claims", title, provisioner).within(provisionerTime).unlessMade()}
}

// serves tells whether a Deployment is the provisioner of that name.
func serves(d *appsv1.Deployment, provisioner string) bool {
	return slices.ContainsFunc(d.Spec.Template.Spec.Containers, func(c corev1.Container) bool {
		return slices.ContainsFunc(c.Env, func(e corev1.EnvVar) bool {
			return e.Name == provisionerVariable && e.Value == provisioner
		})
	})
}

// everything chooses all objects.
var everything tweak = bySelector("")
