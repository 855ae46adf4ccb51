package main

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	v1 "k8s.io/api/core/v1"
	storagev1 "k8s.io/api/storage/v1"
	"k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/kubernetes/fake"
	storageclient "k8s.io/client-go/kubernetes/typed/storage/v1"
	"sigs.k8s.io/sig-storage-lib-external-provisioner/v13/controller"
)

// oneClass is a cluster with a single storage class.
type oneClass struct {
	storageclient.StorageClassInterface
	class *storagev1.StorageClass
}

func (c oneClass) Get(_ context.Context, name string, _ metav1.GetOptions) (*storagev1.StorageClass, error) {
	if name != c.class.Name {
		return nil, errors.NewNotFound(storagev1.Resource("storageclasses"), name)
	}
	return c.class, nil
}

func TestVolumeFromClaimToDeletion(t *testing.T) {
	d, folder := newDirectories(t)
	reclaim := v1.PersistentVolumeReclaimDelete
	class := &storagev1.StorageClass{
		ObjectMeta:    metav1.ObjectMeta{Name: "nfs-client"},
		Parameters:    map[string]string{"pathPattern": "${.PVC.namespace}/${.PVC.name}", "onDelete": "delete"},
		MountOptions:  []string{"nfsvers=4.2"},
		ReclaimPolicy: &reclaim,
	}
	p := &provisioner{
		directories: d, server: "nas", path: "/nfs", classes: oneClass{class: class},
		volumes: fake.NewClientset().CoreV1().PersistentVolumes(),
	}

	volume, state, err := p.Provision(t.Context(), controller.ProvisionOptions{StorageClass: class, PVName: "pvc-1", PVC: claim})
	if err != nil || state != controller.ProvisioningFinished {
		t.Fatal(state, err)
	}
	if nfs := volume.Spec.NFS; nfs.Server != "nas" || nfs.Path != "/nfs/shiqi/data" {
		t.Errorf("volume at %s:%s", nfs.Server, nfs.Path)
	}
	if !slices.Equal(volume.Spec.MountOptions, class.MountOptions) || volume.Spec.PersistentVolumeReclaimPolicy != reclaim {
		t.Errorf("class not followed: %v, %v", volume.Spec.MountOptions, volume.Spec.PersistentVolumeReclaimPolicy)
	}

	volume.Spec.StorageClassName = class.Name // as the library does
	if err := p.Delete(t.Context(), volume); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(filepath.Join(folder, "shiqi/data")); !os.IsNotExist(err) {
		t.Errorf("the directory is still there: %v", err)
	}
	volume.Spec.NFS.Server = "old-nas"
	if err := p.Delete(t.Context(), volume); err == nil || !strings.Contains(err.Error(), "old-nas") {
		t.Errorf("a volume of another server: %v", err)
	}
	volume.Spec.NFS.Server = "nas"
	for _, path := range []string{"/nfs", "/nfs/", "/nfsother/x", "/etc"} {
		volume.Spec.NFS.Path = path
		if err := p.Delete(t.Context(), volume); err == nil {
			t.Errorf("deleting %s was not refused", path)
		}
	}
}

// TestADirectoryThatIsStillToBeDeleted holds that no claim is given a directory that the deletion of another volume is
// about to take away.
func TestADirectoryThatIsStillToBeDeleted(t *testing.T) {
	reclaim := v1.PersistentVolumeReclaimDelete
	class := &storagev1.StorageClass{
		ObjectMeta:    metav1.ObjectMeta{Name: "nfs-client"},
		Parameters:    map[string]string{"pathPattern": "${.PVC.namespace}/${.PVC.name}"},
		ReclaimPolicy: &reclaim,
	}
	before := func(change func(*v1.PersistentVolume)) *v1.PersistentVolume {
		volume := &v1.PersistentVolume{
			ObjectMeta: metav1.ObjectMeta{
				Name: "pvc-before", Annotations: map[string]string{"pv.kubernetes.io/provisioned-by": "example/nfs"},
			},
			Spec: v1.PersistentVolumeSpec{
				PersistentVolumeReclaimPolicy: reclaim,
				ClaimRef:                      &v1.ObjectReference{Namespace: "shiqi", Name: "data", UID: "before"},
				PersistentVolumeSource: v1.PersistentVolumeSource{
					NFS: &v1.NFSVolumeSource{Server: "nas", Path: "/nfs/shiqi/data"},
				},
			},
			Status: v1.PersistentVolumeStatus{Phase: v1.VolumeReleased},
		}
		change(volume)
		return volume
	}
	for name, c := range map[string]struct {
		change  func(*v1.PersistentVolume)
		refused bool
	}{
		"released":         {func(*v1.PersistentVolume) {}, true},
		"not yet released": {func(v *v1.PersistentVolume) { v.Status.Phase = v1.VolumeBound }, true},
		"static":           {func(v *v1.PersistentVolume) { v.Status.Phase, v.Annotations = v1.VolumeFailed, nil }, false},
		"kept":             {func(v *v1.PersistentVolume) { v.Spec.PersistentVolumeReclaimPolicy = v1.PersistentVolumeReclaimRetain }, false},
		"elsewhere":        {func(v *v1.PersistentVolume) { v.Spec.NFS.Path = "/nfs/shiqi/other" }, false},
		"no NFS":           {func(v *v1.PersistentVolume) { v.Spec.NFS = nil }, false},
		"shared by another claim": {func(v *v1.PersistentVolume) {
			v.Status.Phase, v.Spec.ClaimRef.Name = v1.VolumeBound, "other"
		}, false},
	} {
		t.Run(name, func(t *testing.T) {
			d, folder := newDirectories(t)
			p := &provisioner{
				directories: d, server: "nas", path: "/nfs", classes: oneClass{class: class},
				volumes: fake.NewClientset(before(c.change)).CoreV1().PersistentVolumes(),
			}
			_, _, err := p.Provision(t.Context(), controller.ProvisionOptions{StorageClass: class, PVName: "pvc-2", PVC: claim})
			if refused := err != nil && strings.Contains(err.Error(), "pvc-before"); refused != c.refused {
				t.Errorf("%v", err)
			}
			if _, err := os.Stat(filepath.Join(folder, "shiqi/data")); os.IsNotExist(err) != c.refused {
				t.Errorf("the directory: %v", err)
			}
		})
	}
}

func TestSettings(t *testing.T) {
	environment := map[string]string{"NFS_SERVER": "nas", "NFS_PATH": "/nfs"}
	get := func(name string) string { return environment[name] }
	if _, err := settingsFrom(get); err == nil || !strings.Contains(err.Error(), "PROVISIONER_NAME") {
		t.Errorf("missing name: %v", err)
	}
	environment["PROVISIONER_NAME"] = "example/nfs"
	if s, err := settingsFrom(get); err != nil || !s.leaderElection {
		t.Errorf("%+v, %v", s, err)
	}
	environment["ENABLE_LEADER_ELECTION"] = "no"
	if _, err := settingsFrom(get); err == nil {
		t.Error(`ENABLE_LEADER_ELECTION "no" was accepted`)
	}
}
