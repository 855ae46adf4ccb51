package main

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/container-storage-interface/spec/lib/go/csi"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

func TestVolumeFromCreationToDeletion(t *testing.T) {
	for policy, left := range map[string]string{
		"":        "",
		"delete":  "",
		"retain":  "shiqi/ shiqi/data/ shiqi/data/file",
		"Archive": "archived-shiqi/ archived-shiqi/data/ archived-shiqi/data/file shiqi/",
	} {
		t.Run(policy, func(t *testing.T) {
			c, _, h := newDriver(t)
			request := createRequest(map[string]string{
				"subDir": "${pvc.metadata.namespace}/${pvc.metadata.name}", "onDelete": policy, "mountPermissions": "0770",
			}, "nfsvers=4.2")
			var id string
			for range 2 { // the sidecar asks again where an answer was lost
				response, err := c.CreateVolume(t.Context(), request)
				if err != nil {
					t.Fatal(err)
				}
				id = response.GetVolume().GetVolumeId()
				if attributes := response.GetVolume().GetVolumeContext(); attributes["subDir"] != "shiqi/data" || attributes["server"] != "nas" {
					t.Errorf("attributes %v", attributes)
				}
			}
			if info, err := os.Stat(filepath.Join(h.nas, "nfs/shiqi/data")); err != nil || info.Mode().Perm() != 0o770 {
				t.Errorf("%v, %v", info, err)
			}
			if got := h.lastOptions(); got != "nas:/nfs nfsvers=4.2,soft,timeo=100,retrans=2" {
				t.Errorf("mounted %q", got)
			}
			h.write(t, "nfs/shiqi/data/file")
			for range 2 {
				if _, err := c.DeleteVolume(t.Context(), &csi.DeleteVolumeRequest{VolumeId: id}); err != nil {
					t.Fatal(err)
				}
			}
			if h.tree() != left || h.left() != 0 || treeOf(c.settings.folder) != "" {
				t.Errorf("left are %q, %d mounts, %q", h.tree(), h.left(), treeOf(c.settings.folder))
			}
		})
	}
}

func TestTheShareGetsTheModeAsWithTheRelease(t *testing.T) {
	c, _, h := newDriver(t)
	if _, err := c.CreateVolume(t.Context(), createRequest(map[string]string{"mountPermissions": "0750"})); err != nil {
		t.Fatal(err)
	}
	if info, err := os.Stat(filepath.Join(h.nas, "nfs")); err != nil || info.Mode().Perm() != 0o750 {
		t.Errorf("%v, %v", info, err)
	}
}

func TestMountOptionsOfADeletionComeFromTheSecret(t *testing.T) {
	c, _, h := newDriver(t)
	_, err := c.DeleteVolume(t.Context(), &csi.DeleteVolumeRequest{VolumeId: "nas#nfs#x##", Secrets: map[string]string{"mountOptions": "nfsvers=4.1,sec=sys"}})
	if got := h.lastOptions(); err != nil || got != "nas:/nfs nfsvers=4.1,sec=sys,soft,timeo=100,retrans=2" {
		t.Errorf("mounted %q, %v", got, err)
	}
}

func TestTheDriversDefaultDecidesOnDeletion(t *testing.T) {
	c, _, h := newDriver(t, "--default-ondelete-policy=retain")
	h.write(t, "nfs/x/file")
	// A class's onDelete: delete leaves no trace in the id.
	if _, err := c.DeleteVolume(t.Context(), &csi.DeleteVolumeRequest{VolumeId: "nas#nfs#x##"}); err != nil || h.tree() != "x/ x/file" {
		t.Errorf("left is %q, %v", h.tree(), err)
	}
}

func TestOnlyADirectoryOfTheShareIsDeleted(t *testing.T) {
	c, _, h := newDriver(t)
	h.write(t, "nfs/other/file")
	h.write(t, "secret/file")
	for _, id := range []string{"nas#nfs#../secret##", "nas#nfs/../secret#file##", "fake-vol-id"} {
		if _, err := c.DeleteVolume(t.Context(), &csi.DeleteVolumeRequest{VolumeId: id}); err != nil {
			t.Errorf("%s: %v", id, err) // not a volume of ours, so that there is nothing to do
		}
	}
	_, err := c.DeleteVolume(t.Context(), &csi.DeleteVolumeRequest{VolumeId: "nas#nfs###"})
	wantCode(t, err, codes.InvalidArgument, "no directory below the share")
	if err := os.Symlink(filepath.Join(h.nas, "secret"), filepath.Join(h.nas, "nfs/link")); err != nil {
		t.Fatal(err)
	}
	_, err = c.DeleteVolume(t.Context(), &csi.DeleteVolumeRequest{VolumeId: "nas#nfs#link/file##"})
	wantCode(t, err, codes.Internal, "cannot delete the directory link/file")
	if got := treeOf(h.nas); got != "nfs/ nfs/link nfs/other/ nfs/other/file secret/ secret/file" {
		t.Errorf("left is %q", got)
	}
}

func TestTwoCallsForOneVolume(t *testing.T) {
	c, _, h := newDriver(t)
	comeBack := h.goAway()
	defer comeBack()
	first := make(chan error, 1)
	go func() {
		_, err := c.CreateVolume(t.Context(), createRequest(nil))
		first <- err
	}()
	const id = "nas#nfs#pvc-1##"
	eventually(t, "the first call is under way", func() bool {
		busy := !c.calls.take(id)
		if !busy {
			c.calls.release(id)
		}
		return busy
	})
	_, err := c.CreateVolume(t.Context(), createRequest(nil))
	wantCode(t, err, codes.Aborted, "another call")
	_, err = c.DeleteVolume(t.Context(), &csi.DeleteVolumeRequest{VolumeId: id})
	wantCode(t, err, codes.Aborted)
	comeBack()
	if err := <-first; err != nil || h.tree() != "pvc-1/" {
		t.Errorf("%v, made is %q", err, h.tree())
	}
}

func TestCallsForManyVolumesAtOnce(t *testing.T) {
	c, _, h := newDriver(t)
	failed := make(chan error)
	names := strings.Fields("a b c d e f g h i j k l m n o p q r s t")
	for _, name := range names {
		request := createRequest(map[string]string{"subDir": "all/" + name})
		request.Name = "pvc-" + name
		go func() {
			response, err := c.CreateVolume(t.Context(), request)
			if err == nil {
				_, err = c.DeleteVolume(t.Context(), &csi.DeleteVolumeRequest{VolumeId: response.GetVolume().GetVolumeId() + "archive"})
			}
			failed <- err
		}()
	}
	for range names {
		if err := <-failed; err != nil {
			t.Error(err)
		}
	}
	if got := strings.Count(h.tree(), "archived-all/"); got != 1+len(names) || h.left() != 0 {
		t.Errorf("%d archives, %d mounts left", got-1, h.left())
	}
}

func TestCallsThatShareAMount(t *testing.T) {
	c, _, h := newDriver(t)
	comeBack := h.goAway()
	done := make(chan error)
	names := strings.Fields("a b c d e")
	call := func(ctx context.Context, name string) {
		request := createRequest(nil)
		request.Name = name
		_, err := c.CreateVolume(ctx, request)
		done <- err
	}
	// The first one's caller leaves before the share is mounted.
	impatient, leave := context.WithCancel(t.Context())
	go call(impatient, "first")
	eventually(t, "the share is being mounted", func() bool { return h.waiters() == 1 })
	for _, name := range names {
		go call(t.Context(), name)
	}
	leave()
	wantCode(t, <-done, codes.DeadlineExceeded, "nas:/nfs does not answer")
	eventually(t, "the others wait for it", func() bool { return users(c.mounts) == 1+len(names) })
	comeBack()
	for range names {
		if err := <-done; err != nil {
			t.Error(err)
		}
	}
	if got := len(h.options); got != 1 || h.left() != 0 || h.tree() != "a/ b/ c/ d/ e/" || treeOf(c.settings.folder) != "" {
		t.Errorf("%d times mounted, %d mounts left, made are %q, left is %q", got, h.left(), h.tree(), treeOf(c.settings.folder))
	}
	// With other options it is another mount.
	other := createRequest(nil)
	other.VolumeCapabilities[0].GetMount().MountFlags = []string{"nfsvers=4.1"}
	if _, err := c.CreateVolume(t.Context(), other); err != nil || len(h.options) != 2 {
		t.Errorf("%v, mounted: %q", err, h.options)
	}
}

// users counts who uses or mounts a share.
func users(m *mounts) int {
	m.shares.mutex.Lock()
	defer m.shares.mutex.Unlock()
	count := 0
	for _, s := range m.shares.mounted {
		count += s.users
	}
	return count
}

func TestAMountThatIsBusyIsTakenOutOfSight(t *testing.T) {
	c, _, h := newDriver(t)
	h.busy = true
	if _, err := c.CreateVolume(t.Context(), createRequest(nil)); err != nil || h.left() != 0 || h.lazy != 1 || treeOf(c.settings.folder) != "" {
		t.Errorf("%v, %d mounts left", err, h.left())
	}
}

func TestWhatTheServerSays(t *testing.T) {
	for text, code := range map[string]codes.Code{
		"exit status 32: mount.nfs: access denied by server while mounting nas:/nfs": codes.PermissionDenied,
		"exit status 32: mount.nfs: Operation not permitted for nas:/nfs":            codes.PermissionDenied,
		"exit status 32: mount.nfs: an incorrect mount option was specified":         codes.InvalidArgument,
		"exit status 32: mount.nfs: Connection refused for nas:/nfs":                 codes.Unavailable,
		"exit status 32: mount.nfs: No route to host for nas:/nfs":                   codes.Unavailable,
		"exit status 32: mount.nfs: Failed to resolve server nas: Name not known":    codes.Unavailable,
		"exit status 32: mount.nfs: Connection timed out":                            codes.Unavailable,
		"exit status 32: mount.nfs: mount system call failed":                        codes.Unavailable,
		"exit status 1: mount: bad usage":                                            codes.Internal,
	} {
		c, _, h := newDriver(t)
		h.mountError = status.Error(codes.Unknown, text)
		_, err := c.CreateVolume(t.Context(), createRequest(nil))
		wantCode(t, err, code, "cannot mount nas:/nfs", text)
		if tells := strings.Contains(err.Error(), "check that the NFS server runs"); tells != (code == codes.Unavailable) {
			t.Errorf("what to check: %v", err)
		}
	}
	c, _, _ := newDriver(t)
	_, err := c.CreateVolume(t.Context(), createRequest(map[string]string{"share": "/none"}))
	wantCode(t, err, codes.NotFound, "No such file or directory")
}

func TestAFileOfTheVolumesName(t *testing.T) {
	c, _, h := newDriver(t)
	h.write(t, "nfs/pvc-1")
	_, err := c.CreateVolume(t.Context(), createRequest(nil))
	wantCode(t, err, codes.Internal, "cannot make the directory pvc-1")
}

func TestAnArchiveIsReplacedWhereAskedFor(t *testing.T) {
	for arguments, code := range map[string]codes.Code{"--remove-archived-volume-path": codes.OK, "-v=2": codes.Internal} {
		c, _, h := newDriver(t, arguments)
		h.write(t, "nfs/archived-x/old")
		h.write(t, "nfs/x/new")
		_, err := c.DeleteVolume(t.Context(), &csi.DeleteVolumeRequest{VolumeId: "nas#nfs#x##archive"})
		wantCode(t, err, code)
	}
}

func TestRequestsThatAreRefused(t *testing.T) {
	c, _, h := newDriver(t)
	block := createRequest(nil)
	block.VolumeCapabilities[0] = &csi.VolumeCapability{AccessType: &csi.VolumeCapability_Block{Block: &csi.VolumeCapability_BlockVolume{}}}
	cloned := createRequest(nil)
	cloned.VolumeContentSource = &csi.VolumeContentSource{}
	for word, request := range map[string]*csi.CreateVolumeRequest{
		"block device": block, "snapshot": cloned, "onDelete": createRequest(map[string]string{"onDelete": "keep"}),
	} {
		_, err := c.CreateVolume(t.Context(), request)
		wantCode(t, err, codes.InvalidArgument, word)
	}
	if h.lastOptions() != "" {
		t.Error("something was mounted")
	}
}

func TestExpansionNeedsNothingOfTheNode(t *testing.T) {
	c, _, _ := newDriver(t)
	response, err := c.ControllerExpandVolume(t.Context(), &csi.ControllerExpandVolumeRequest{
		VolumeId: "nas#nfs#x##", CapacityRange: &csi.CapacityRange{RequiredBytes: 2 << 30},
	})
	if err != nil || response.GetCapacityBytes() != 2<<30 || response.GetNodeExpansionRequired() {
		t.Errorf("%v, %v", response, err)
	}
}
