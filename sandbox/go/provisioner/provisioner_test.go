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
	p := &provisioner{directories: d, server: "nas", path: "/nfs", classes: oneClass{class: class}}

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
	for _, path := range []string{"/nfs", "/nfs/", "/nfsother/x", "/etc"} {
		volume.Spec.NFS.Path = path
		if err := p.Delete(t.Context(), volume); err == nil {
			t.Errorf("deleting %s was not refused", path)
		}
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
