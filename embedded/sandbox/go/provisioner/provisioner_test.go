package main

import (
	"context"
	"errors"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	v1 "k8s.io/api/core/v1"
	storagev1 "k8s.io/api/storage/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
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
		return nil, apierrors.NewNotFound(storagev1.Resource("storageclasses"), name)
	}
	return c.class, nil
}

// withClass is a provisioner of nas:/nfs for one class, and the folder that stands for the export.
func withClass(t *testing.T, parameters map[string]string) (*provisioner, *storagev1.StorageClass, string) {
	t.Helper()
	d, folder := newDirectories(t)
	reclaim := v1.PersistentVolumeReclaimDelete
	class := &storagev1.StorageClass{
		ObjectMeta:    metav1.ObjectMeta{Name: "nfs-client"},
		Parameters:    parameters,
		MountOptions:  []string{"nfsvers=4.2"},
		ReclaimPolicy: &reclaim,
	}
	return &provisioner{directories: d, server: "nas", path: "/nfs", classes: oneClass{class: class}}, class, folder
}

// volumeAt is a volume of the class nfs-client.
func volumeAt(server, path string) *v1.PersistentVolume {
	return &v1.PersistentVolume{Spec: v1.PersistentVolumeSpec{
		StorageClassName:       "nfs-client",
		PersistentVolumeSource: v1.PersistentVolumeSource{NFS: &v1.NFSVolumeSource{Server: server, Path: path}},
	}}
}

func TestVolumeFromClaimToDeletion(t *testing.T) {
	p, class, folder := withClass(t, map[string]string{
		"pathPattern": "${.PVC.namespace}_${.PVC.name}", "onDelete": "delete",
	})
	volume, state, err := p.Provision(t.Context(), controller.ProvisionOptions{StorageClass: class, PVName: "pvc-1", PVC: claim})
	if err != nil || state != controller.ProvisioningFinished {
		t.Fatal(state, err)
	}
	if nfs := volume.Spec.NFS; nfs.Server != "nas" || nfs.Path != "/nfs/shiqi_data" {
		t.Errorf("volume at %s:%s", nfs.Server, nfs.Path)
	}
	if !slices.Equal(volume.Spec.MountOptions, class.MountOptions) || volume.Spec.PersistentVolumeReclaimPolicy != *class.ReclaimPolicy {
		t.Errorf("class not followed: %v, %v", volume.Spec.MountOptions, volume.Spec.PersistentVolumeReclaimPolicy)
	}
	volume.Spec.StorageClassName = class.Name // as the library does
	if err := p.Delete(t.Context(), volume); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(filepath.Join(folder, "shiqi_data")); !os.IsNotExist(err) {
		t.Errorf("the directory is still there: %v", err)
	}
}

// TestDeletesByTheLastPartOfThePath holds the release's fault with several levels of directories: what it deletes or
// archives is the directory of that name at the export's root, whoever has it.
func TestDeletesByTheLastPartOfThePath(t *testing.T) {
	for name, c := range map[string]struct {
		parameters map[string]string
		volume     *v1.PersistentVolume
		left       string
	}{
		"delete":            {map[string]string{"onDelete": "delete"}, volumeAt("nas", "/nfs/shiqi/data"), "shiqi/data/right"},
		"archive":           {nil, volumeAt("nas", "/nfs/shiqi/data"), "archived-data/wrong shiqi/data/right"},
		"retain":            {map[string]string{"onDelete": "retain"}, volumeAt("nas", "/nfs/shiqi/data"), "data/wrong shiqi/data/right"},
		"none of that name": {map[string]string{"onDelete": "delete"}, volumeAt("nas", "/nfs/shiqi/other"), "data/wrong shiqi/data/right"},
		"another server":    {map[string]string{"onDelete": "delete"}, volumeAt("old-nas", "/nfs/data"), "shiqi/data/right"},
		"another export":    {map[string]string{"onDelete": "delete"}, volumeAt("nas", "/srv/data"), "shiqi/data/right"},
		"the export's own":  {map[string]string{"onDelete": "delete"}, volumeAt("nas", "/nfs"), "data/wrong shiqi/data/right"},
	} {
		t.Run(name, func(t *testing.T) {
			p, _, folder := withClass(t, c.parameters)
			write(t, folder, "shiqi/data/right")
			write(t, folder, "data/wrong")
			if err := p.Delete(t.Context(), c.volume); err != nil {
				t.Fatal(err)
			}
			if left := filesIn(folder); left != c.left {
				t.Errorf("left is %q; want %q", left, c.left)
			}
		})
	}
}

// TestTheClassIsReadWhenItsVolumeIsDeleted holds that neither the class of the claim's day counts nor one that is gone,
// unless there is nothing to decide.
func TestTheClassIsReadWhenItsVolumeIsDeleted(t *testing.T) {
	p, class, folder := withClass(t, map[string]string{"onDelete": "retain"})
	write(t, folder, "data/file")
	gone := volumeAt("nas", "/nfs/data")
	gone.Spec.StorageClassName = "gone"
	if err := p.Delete(t.Context(), gone); err == nil || !strings.Contains(err.Error(), `"gone" not found`) {
		t.Errorf("a class that is gone: %v", err)
	}
	gone.Spec.NFS.Path = "/nfs/no-such"
	if err := p.Delete(t.Context(), gone); err != nil {
		t.Errorf("neither class nor directory: %v", err)
	}
	class.Parameters = map[string]string{"onDelete": "delete"}
	if err := p.Delete(t.Context(), volumeAt("nas", "/nfs/data")); err != nil || filesIn(folder) != "" {
		t.Errorf("left is %q, %v", filesIn(folder), err)
	}
}

// TestTheNextClaimOfANameGetsTheSameDirectory holds what a pathPattern does in the release: also while the volume of the
// claim before is still to be deleted, which then takes the directory from under the new claim.
func TestTheNextClaimOfANameGetsTheSameDirectory(t *testing.T) {
	p, class, folder := withClass(t, map[string]string{"pathPattern": "${.PVC.namespace}_${.PVC.name}", "onDelete": "delete"})
	var volumes []*v1.PersistentVolume
	for _, name := range []string{"pvc-1", "pvc-2"} {
		volume, _, err := p.Provision(t.Context(), controller.ProvisionOptions{StorageClass: class, PVName: name, PVC: claim})
		if err != nil {
			t.Fatal(err)
		}
		volume.Spec.StorageClassName = class.Name
		volumes = append(volumes, volume)
	}
	if err := p.Delete(t.Context(), volumes[0]); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(filepath.Join(folder, path.Base(volumes[1].Spec.NFS.Path))); !os.IsNotExist(err) {
		t.Errorf("the second volume's directory: %v", err)
	}
}

// TestTheExportIsNotRemoved holds where the sandbox refuses what the release does, which removes all that is in the export.
func TestTheExportIsNotRemoved(t *testing.T) {
	p, _, folder := withClass(t, map[string]string{"onDelete": "delete"})
	write(t, folder, "data/file")
	for _, path := range []string{"/", "", "."} {
		if err := p.Delete(t.Context(), volumeAt("nas", path)); err == nil || filesIn(folder) != "data/file" {
			t.Errorf("%q: %v, left is %q", path, err, filesIn(folder))
		}
	}
	var ignored *controller.IgnoredError
	if err := p.Delete(t.Context(), &v1.PersistentVolume{}); !errors.As(err, &ignored) {
		t.Errorf("a volume of another kind: %v", err)
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
