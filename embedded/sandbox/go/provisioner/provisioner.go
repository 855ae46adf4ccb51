package main

import (
	"context"
	"errors"
	"fmt"
	"path"

	v1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
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
}

var _ controller.Provisioner = (*provisioner)(nil)

// Provision makes the directory and describes the volume in it. Nothing goes on after it returns.
func (p *provisioner) Provision(_ context.Context, options controller.ProvisionOptions) (*v1.PersistentVolume, controller.ProvisioningState, error) {
	claim, class := options.PVC, options.StorageClass
	if claim.Spec.Selector != nil {
		return nil, controller.ProvisioningFinished, errors.New("a claim with a selector cannot be served: new volumes have no labels")
	}
	directory, err := directoryOf(claim, options.PVName, class.Parameters)
	if err != nil {
		return nil, controller.ProvisioningFinished, err
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
				NFS: &v1.NFSVolumeSource{Server: p.server, Path: path.Join(p.path, directory)},
			},
		},
	}, controller.ProvisioningFinished, nil
}

// Delete removes, archives or keeps the volume's directory, as the class of its name says now. Which directory that is, the
// release tells by the last part of the volume's path alone, whatever export and folder the rest of it names: for
// /nfs/shiqi/data it takes /nfs/data, and is content when there is none.
func (p *provisioner) Delete(ctx context.Context, volume *v1.PersistentVolume) error {
	if volume.Spec.NFS == nil {
		return &controller.IgnoredError{Reason: "it is not an NFS volume"}
	}
	directory := path.Base(volume.Spec.NFS.Path)
	// The release removes everything in the export.
	if directory == "/" || directory == "." {
		return fmt.Errorf("the volume's path is %q, which names no directory below an export", volume.Spec.NFS.Path)
	}
	if !p.directories.exists(directory) {
		klog.InfoS("No such directory, nothing to do", "volume", volume.Name, "path", volume.Spec.NFS.Path, "directory", directory)
		return nil
	}
	class, err := p.classes.Get(ctx, volume.Spec.StorageClassName, metav1.GetOptions{})
	if err != nil {
		return fmt.Errorf("what becomes of %s is written in its class: %w", directory, err)
	}
	if err := p.directories.remove(directory, class.Parameters); err != nil {
		return err
	}
	klog.InfoS("Done with a directory", "volume", volume.Name, "class", class.Name, "directory", directory, "parameters", class.Parameters)
	return nil
}
