package main

import (
	"context"
	"errors"
	"fmt"
	"path"
	"strings"

	v1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	corev1 "k8s.io/client-go/kubernetes/typed/core/v1"
	storagev1 "k8s.io/client-go/kubernetes/typed/storage/v1"
	"k8s.io/klog/v2"
	"sigs.k8s.io/sig-storage-lib-external-provisioner/v13/controller"
)

// provisioner gives each claim a directory of the export.
type provisioner struct {
	directories directories
	// server and path are what a node mounts.
	server, path string
	classes      storagev1.StorageClassInterface
	volumes      corev1.PersistentVolumeInterface
}

var _ controller.Provisioner = (*provisioner)(nil)

// Provision makes the directory and describes the volume in it. Nothing goes on after it returns.
func (p *provisioner) Provision(ctx context.Context, options controller.ProvisionOptions) (*v1.PersistentVolume, controller.ProvisioningState, error) {
	claim, class, pattern := options.PVC, options.StorageClass, options.StorageClass.Parameters["pathPattern"]
	if claim.Spec.Selector != nil {
		return nil, controller.ProvisioningFinished, errors.New("a claim with a selector cannot be served: new volumes have no labels")
	}
	directory, err := directoryOf(claim, options.PVName, pattern)
	if err != nil {
		return nil, controller.ProvisioningFinished, err
	}
	if pattern != "" {
		if err := p.refuseDoomed(ctx, claim, directory); err != nil {
			return nil, controller.ProvisioningFinished, err
		}
	}
	if err := p.directories.create(directory); err != nil {
		return nil, controller.ProvisioningFinished, err
	}
	klog.InfoS("Made a directory", "claim", klog.KObj(claim), "class", class.Name, "volume", options.PVName, "directory", directory)

	return &v1.PersistentVolume{
		ObjectMeta: metav1.ObjectMeta{Name: options.PVName},
		Spec: v1.PersistentVolumeSpec{
			PersistentVolumeReclaimPolicy: *class.ReclaimPolicy,
			AccessModes:                   claim.Spec.AccessModes,
			MountOptions:                  class.MountOptions,
			Capacity:                      v1.ResourceList{v1.ResourceStorage: claim.Spec.Resources.Requests[v1.ResourceStorage]},
			PersistentVolumeSource: v1.PersistentVolumeSource{
				NFS: p.sourceOf(directory),
			},
		},
	}, controller.ProvisioningFinished, nil
}

func (p *provisioner) sourceOf(directory string) *v1.NFSVolumeSource {
	return &v1.NFSVolumeSource{Server: p.server, Path: path.Join(p.path, directory)}
}

// refuseDoomed refuses a directory that a volume still has which is about to be deleted, with its directory: that of a
// claim of the same name before this one, for which a pathPattern gave the same directory. The volume's object goes after
// its directory, and the claim is tried again, first after a quarter of a minute. What no provisioner made, none deletes.
func (p *provisioner) refuseDoomed(ctx context.Context, claim *v1.PersistentVolumeClaim, directory string) error {
	list, err := p.volumes.List(ctx, metav1.ListOptions{})
	if err != nil {
		return fmt.Errorf("cannot see whether %s is still a volume's: %w", directory, err)
	}
	for _, other := range list.Items {
		if other.Annotations["pv.kubernetes.io/provisioned-by"] == "" || other.Spec.NFS == nil || *other.Spec.NFS != *p.sourceOf(directory) ||
			other.Spec.PersistentVolumeReclaimPolicy != v1.PersistentVolumeReclaimDelete {
			continue
		}
		owner := other.Spec.ClaimRef
		predecessor := owner != nil && owner.Namespace == claim.Namespace && owner.Name == claim.Name && owner.UID != claim.UID
		if predecessor || other.Status.Phase == v1.VolumeReleased {
			return fmt.Errorf("the directory %s is still that of the volume %s, which is being deleted", directory, other.Name)
		}
	}
	return nil
}

// Delete removes, archives or keeps the volume's directory, as its class says.
func (p *provisioner) Delete(ctx context.Context, volume *v1.PersistentVolume) error {
	if volume.Spec.NFS == nil {
		return &controller.IgnoredError{Reason: "it is not an NFS volume"}
	}
	if volume.Spec.NFS.Server != p.server {
		return fmt.Errorf("its directory is on %s, and this provisioner's export on %s: remove %s there by hand, then the volume with kubectl delete",
			volume.Spec.NFS.Server, p.server, volume.Spec.NFS.Path)
	}
	directory, below := strings.CutPrefix(volume.Spec.NFS.Path, strings.TrimSuffix(p.path, "/")+"/")
	if !below || directory == "" {
		return fmt.Errorf("%s is not a directory below %s", volume.Spec.NFS.Path, p.path)
	}
	class, err := p.classes.Get(ctx, volume.Spec.StorageClassName, metav1.GetOptions{})
	if err != nil {
		return fmt.Errorf("what becomes of %s is written in its class: %w", directory, err)
	}
	if err := p.directories.remove(directory, volume.Name, class.Parameters); err != nil {
		return err
	}
	klog.InfoS("Done with a directory", "volume", volume.Name, "class", class.Name, "directory", directory, "parameters", class.Parameters)
	return nil
}
