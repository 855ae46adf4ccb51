package main

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"testing"

	"github.com/container-storage-interface/spec/lib/go/csi"
	"golang.org/x/sys/unix"
	"google.golang.org/grpc/codes"
)

// publishRequest is for the directory nfs/x and a target that is not there yet.
func publishRequest(t *testing.T, h *fakeHost, attributes map[string]string, options ...string) *csi.NodePublishVolumeRequest {
	t.Helper()
	folders(t, h.nas, "nfs/x")
	return &csi.NodePublishVolumeRequest{
		VolumeId:         "nas#nfs#x##",
		TargetPath:       filepath.Join(t.TempDir(), "pods/uid/volumes/mount"),
		VolumeCapability: access(options...),
		VolumeContext:    class(withSubDir(attributes)),
	}
}

func withSubDir(attributes map[string]string) map[string]string {
	all := map[string]string{"subDir": "x"}
	for key, value := range attributes {
		all[key] = value
	}
	return all
}

func unpublishRequest(request *csi.NodePublishVolumeRequest) *csi.NodeUnpublishVolumeRequest {
	return &csi.NodeUnpublishVolumeRequest{VolumeId: request.GetVolumeId(), TargetPath: request.GetTargetPath()}
}

func TestPublishAndUnpublish(t *testing.T) {
	_, n, h := newDriver(t)
	request := publishRequest(t, h, map[string]string{"mountPermissions": "0775", "mountOptions": "noatime,proto=tcp"}, "nfsvers=4.2")
	request.Readonly = true
	for range 2 { // the kubelet asks again, also after it was started again
		if _, err := n.NodePublishVolume(t.Context(), request); err != nil {
			t.Fatal(err)
		}
	}
	if len(h.options) != 1 || h.lastOptions() != "nas:/nfs/x nfsvers=4.2,ro,noatime,proto=tcp" {
		t.Errorf("mounted %q", h.options)
	}
	if info, err := os.Stat(filepath.Join(h.nas, "nfs/x")); err != nil || info.Mode().Perm() != 0o775 {
		t.Errorf("%v, %v", info, err)
	}
	for range 2 {
		if _, err := n.NodeUnpublishVolume(t.Context(), unpublishRequest(request)); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := os.Lstat(request.GetTargetPath()); h.left() != 0 || !os.IsNotExist(err) {
		t.Errorf("%d mounts left, target: %v", h.left(), err)
	}
}

func TestStaticVolumesNeedNoSubDir(t *testing.T) {
	_, n, h := newDriver(t)
	request := publishRequest(t, h, nil)
	request.VolumeId = "anything"
	folders(t, h.nas, "nfs/#1")
	request.VolumeContext = map[string]string{"server": "nas", "share": "/nfs/#1"}
	if _, err := n.NodePublishVolume(t.Context(), request); err != nil || h.lastOptions() != "nas:/nfs/#1 " {
		t.Errorf("mounted %q, %v", h.lastOptions(), err)
	}
}

func TestPublishOfWhatCannotBe(t *testing.T) {
	for word, attributes := range map[string]map[string]string{
		"server":           {"server": ""},
		"share":            {"share": ""},
		"..":               {"subDir": "../y"},
		"mountPermissions": {"mountPermissions": "rwx"},
	} {
		_, n, h := newDriver(t)
		_, err := n.NodePublishVolume(t.Context(), publishRequest(t, h, attributes))
		wantCode(t, err, codes.InvalidArgument, word)
	}
	_, n, h := newDriver(t)
	_, err := n.NodePublishVolume(t.Context(), publishRequest(t, h, map[string]string{"subDir": "gone"}))
	wantCode(t, err, codes.NotFound, "cannot mount nas:/nfs/gone")
}

func TestAPodThatIsDeletedWhileItMounts(t *testing.T) {
	_, n, h := newDriver(t)
	request := publishRequest(t, h, nil)
	defer h.goAway()()
	ctx, giveUp := context.WithCancel(t.Context())
	mounting := make(chan error, 1)
	go func() {
		_, err := n.NodePublishVolume(ctx, request)
		mounting <- err
	}()
	target := request.GetTargetPath()
	eventually(t, "the mount is under way", func() bool { _, err := os.Stat(target); return err == nil })
	_, err := n.NodeUnpublishVolume(t.Context(), unpublishRequest(request))
	wantCode(t, err, codes.Aborted)
	giveUp()
	wantCode(t, <-mounting, codes.DeadlineExceeded)
	if _, err := n.NodeUnpublishVolume(t.Context(), unpublishRequest(request)); err != nil || h.left() != 0 {
		t.Errorf("%v, %d mounts left", err, h.left())
	}
}

// late is a host whose command to mount is killed when it has just done so.
type late struct{ *fakeHost }

func (h *late) mount(_ context.Context, source, target string, options []string) error {
	return errors.Join(h.mountNow(source, target, options), errors.New("signal: killed"))
}

// background is a host whose command to mount leaves that for later.
type background struct{ *fakeHost }

func (background) mount(context.Context, string, string, []string) error { return nil }

func TestAMountThatIsLeftForLater(t *testing.T) {
	c, n, h := newDriver(t)
	n.mounts.host, c.mounts.host = background{h}, background{h}
	_, err := n.NodePublishVolume(t.Context(), publishRequest(t, h, nil))
	wantCode(t, err, codes.Internal, "bg")
	_, err = c.CreateVolume(t.Context(), createRequest(nil))
	wantCode(t, err, codes.Internal, "bg")
}

func TestAMountThatIsKilledTooLate(t *testing.T) {
	_, n, h := newDriver(t)
	n.mounts.host = &late{h}
	ctx, giveUp := context.WithCancel(t.Context())
	giveUp()
	for range 20 { // a context that is over must not decide whether it is unmounted well
		_, err := n.NodePublishVolume(ctx, publishRequest(t, h, nil))
		wantCode(t, err, codes.DeadlineExceeded)
	}
	if len(h.options) != 20 || h.left() != 0 || h.lazy != 0 {
		t.Errorf("%d mounts left, %d taken out of sight", h.left(), h.lazy)
	}
}

func TestAMountThatIsOfNoUseAnyMore(t *testing.T) {
	for _, broken := range []error{unix.ESTALE, unix.EIO, unix.ENOTCONN} {
		_, n, h := newDriver(t)
		request := publishRequest(t, h, nil)
		if _, err := n.NodePublishVolume(t.Context(), request); err != nil {
			t.Fatal(err)
		}
		h.lookError = &os.PathError{Op: "lstat", Path: request.GetTargetPath(), Err: broken}
		if _, err := n.NodePublishVolume(t.Context(), request); err != nil || len(h.options) != 2 || h.left() != 1 {
			t.Errorf("%v: %v, mounted %d times", broken, err, len(h.options))
		}
		if _, err := n.NodeUnpublishVolume(t.Context(), unpublishRequest(request)); err != nil || h.left() != 0 {
			t.Errorf("%v: %v, %d mounts left", broken, err, h.left())
		}
	}
}

func TestAMountThatOnlyRootMayNotSee(t *testing.T) {
	_, n, h := newDriver(t)
	request := publishRequest(t, h, nil)
	if _, err := n.NodePublishVolume(t.Context(), request); err != nil {
		t.Fatal(err)
	}
	h.lookError = &os.PathError{Op: "lstat", Path: request.GetTargetPath(), Err: unix.EACCES}
	if _, err := n.NodePublishVolume(t.Context(), request); err != nil || len(h.options) != 1 {
		t.Errorf("%v, mounted %d times", err, len(h.options))
	}
}

func TestAVolumeInUseStaysMounted(t *testing.T) {
	_, n, h := newDriver(t)
	request := publishRequest(t, h, nil)
	if _, err := n.NodePublishVolume(t.Context(), request); err != nil {
		t.Fatal(err)
	}
	h.busy = true
	_, err := n.NodeUnpublishVolume(t.Context(), unpublishRequest(request))
	wantCode(t, err, codes.Internal, "cannot unmount", "busy")
	if h.left() != 1 {
		t.Error("it was unmounted")
	}
}

func TestUnpublishRemovesNoFiles(t *testing.T) {
	_, n, _ := newDriver(t)
	target := t.TempDir()
	folders(t, target, "content")
	_, err := n.NodeUnpublishVolume(t.Context(), &csi.NodeUnpublishVolumeRequest{VolumeId: "x", TargetPath: target})
	wantCode(t, err, codes.Internal, "not empty")
}

func TestAVolumeOfOnePod(t *testing.T) {
	_, n, h := newDriver(t)
	first, second := publishRequest(t, h, nil), publishRequest(t, h, nil)
	for _, request := range []*csi.NodePublishVolumeRequest{first, second} {
		request.VolumeCapability.AccessMode.Mode = csi.VolumeCapability_AccessMode_SINGLE_NODE_SINGLE_WRITER
	}
	for range 2 {
		if _, err := n.NodePublishVolume(t.Context(), first); err != nil {
			t.Fatal(err)
		}
		_, err := n.NodePublishVolume(t.Context(), second)
		wantCode(t, err, codes.FailedPrecondition, first.GetTargetPath())
	}
	// Unmounted by hand, and then as it should be.
	if err := h.unmount(first.GetTargetPath(), false); err != nil {
		t.Fatal(err)
	}
	if _, err := n.NodePublishVolume(t.Context(), second); err != nil {
		t.Fatal(err)
	}
	if _, err := n.NodeUnpublishVolume(t.Context(), unpublishRequest(second)); err != nil {
		t.Fatal(err)
	}
	if len(n.single.targets) != 0 {
		t.Errorf("remembered are %v", n.single.targets)
	}
}

func TestStats(t *testing.T) {
	_, n, h := newDriver(t)
	request := publishRequest(t, h, nil)
	stats := &csi.NodeGetVolumeStatsRequest{VolumeId: request.GetVolumeId(), VolumePath: request.GetTargetPath()}
	_, err := n.NodeGetVolumeStats(t.Context(), stats)
	wantCode(t, err, codes.NotFound, "no volume is mounted")
	if _, err := n.NodePublishVolume(t.Context(), request); err != nil {
		t.Fatal(err)
	}
	response, err := n.NodeGetVolumeStats(t.Context(), stats)
	if err != nil || len(response.GetUsage()) != 2 || response.GetUsage()[0].GetTotal() < response.GetUsage()[0].GetUsed() || response.GetUsage()[0].GetTotal() == 0 {
		t.Errorf("%v, %v", response, err)
	}
}

func TestTwoPodsAtOnceForAVolumeOfOnePod(t *testing.T) {
	_, n, h := newDriver(t)
	first, second := publishRequest(t, h, nil), publishRequest(t, h, nil)
	for _, request := range []*csi.NodePublishVolumeRequest{first, second} {
		request.VolumeCapability.AccessMode.Mode = csi.VolumeCapability_AccessMode_SINGLE_NODE_SINGLE_WRITER
	}
	comeBack := h.goAway()
	done := make(chan error)
	go func() {
		_, err := n.NodePublishVolume(t.Context(), first)
		done <- err
	}()
	eventually(t, "the first one mounts", func() bool { return h.waiters() == 1 })
	_, err := n.NodePublishVolume(t.Context(), second)
	wantCode(t, err, codes.FailedPrecondition, "one pod alone", first.GetTargetPath())
	comeBack()
	if err := <-done; err != nil {
		t.Error(err)
	}
	// A driver that was started again learns of it from the kubelet, which publishes again what is mounted.
	again := &node{settings: n.settings, mounts: n.mounts}
	if _, err := again.NodePublishVolume(t.Context(), first); err != nil {
		t.Error(err)
	}
	_, err = again.NodePublishVolume(t.Context(), second)
	wantCode(t, err, codes.FailedPrecondition, "one pod alone")
}

func TestAModeThatAKilledDriverDidNotSet(t *testing.T) {
	_, n, h := newDriver(t)
	request := publishRequest(t, h, map[string]string{"mountPermissions": "0777"})
	folders(t, request.GetTargetPath(), ".")
	if err := h.mountNow("nas:/nfs/x", request.GetTargetPath(), nil); err != nil {
		t.Fatal(err)
	}
	if _, err := n.NodePublishVolume(t.Context(), request); err != nil {
		t.Fatal(err)
	}
	if info, err := os.Stat(filepath.Join(h.nas, "nfs/x")); err != nil || info.Mode().Perm() != 0o777 {
		t.Errorf("%v, %v", info.Mode(), err)
	}
}
