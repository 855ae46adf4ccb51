package main

import (
	"context"
	"errors"
	"os"
	"sync/atomic"
	"testing"
	"time"

	"github.com/container-storage-interface/spec/lib/go/csi"
	"golang.org/x/sys/unix"
	"google.golang.org/grpc/codes"
)

func TestAServerThatIsAway(t *testing.T) {
	c, _, h := newDriver(t)
	comeBack := h.goAway()
	c.mounts.limits = short
	_, err := c.CreateVolume(t.Context(), createRequest(nil))
	wantCode(t, err, codes.DeadlineExceeded, "nas:/nfs does not answer", "2049")
	if h.left() != 0 || treeOf(c.settings.folder) != "" {
		t.Errorf("%d mounts, %q left", h.left(), treeOf(c.settings.folder))
	}
	comeBack()
	c.mounts.limits = defaultLimits
	if _, err := c.CreateVolume(t.Context(), createRequest(nil)); err != nil || h.tree() != "pvc-1/" {
		t.Errorf("%v, made is %q", err, h.tree())
	}
}

// leaving is a host whose server goes away once it has let the share be mounted. What its kernel says then, if anything, is
// in openError.
type leaving struct {
	*fakeHost
	comeBack  func()
	openError error
}

func TestAServerThatGoesAwayMeanwhile(t *testing.T) {
	for _, said := range []error{unix.EIO, unix.ETIMEDOUT} {
		c, _, h := newDriver(t)
		c.mounts.host = &leaving{fakeHost: h, openError: &os.PathError{Op: "open", Path: "/", Err: said}}
		c.mounts.limits.unmount = short.unmount
		_, err := c.CreateVolume(t.Context(), createRequest(nil))
		wantCode(t, err, codes.DeadlineExceeded, "nas:/nfs does not answer")
		if h.left() != 0 {
			t.Errorf("%d mounts left", h.left())
		}
	}
}

// TestWorkThatTakesLong holds that the next call does not do the same a second time, at the same time.
func TestWorkThatTakesLong(t *testing.T) {
	c, _, h := newDriver(t)
	l := &leaving{fakeHost: h}
	c.mounts.host, c.mounts.limits = l, short
	_, err := c.CreateVolume(t.Context(), createRequest(nil))
	wantCode(t, err, codes.DeadlineExceeded, "on nas:/nfs takes long and goes on")
	if h.left() != 1 {
		t.Errorf("%d mounts; want the one that the work goes on in", h.left())
	}
	c.mounts.host, c.mounts.limits = &answering{h}, defaultLimits
	_, err = c.CreateVolume(t.Context(), createRequest(nil))
	wantCode(t, err, codes.Aborted, "under way")
	l.comeBack()
	eventually(t, "the volume can be made", func() bool {
		_, err := c.CreateVolume(t.Context(), createRequest(nil))
		return err == nil && h.tree() == "pvc-1/" && h.left() == 0
	})
}

// answering is a host that can mount and unmount, whatever still hangs.
type answering struct{ *fakeHost }

func (h *leaving) open(path string) (*os.Root, error) {
	if h.comeBack == nil {
		h.comeBack = h.goAway()
	}
	if h.openError != nil {
		return nil, h.openError
	}
	return h.fakeHost.open(path)
}

func (h *answering) mount(ctx context.Context, source, target string, options []string) error {
	return h.mountNow(source, target, options)
}

func (h *answering) unmount(target string, lazy bool) error { return h.unmountNow(target, lazy) }

func TestPublishWhereTheServerIsAway(t *testing.T) {
	_, n, h := newDriver(t)
	request := publishRequest(t, h, nil)
	comeBack := h.goAway()
	n.mounts.limits = short
	_, err := n.NodePublishVolume(t.Context(), request)
	wantCode(t, err, codes.DeadlineExceeded, "nas:/nfs/x does not answer", "2049")
	// The pod is deleted before the server is back.
	if _, err := n.NodeUnpublishVolume(t.Context(), unpublishRequest(request)); err != nil || h.left() != 0 {
		t.Errorf("%v, %d mounts left", err, h.left())
	}
	comeBack()
	n.mounts.limits = defaultLimits
	if _, err := n.NodePublishVolume(t.Context(), request); err != nil {
		t.Error(err)
	}
}

func TestAMountedVolumeWhoseServerIsAway(t *testing.T) {
	_, n, h := newDriver(t)
	request := publishRequest(t, h, nil)
	if _, err := n.NodePublishVolume(t.Context(), request); err != nil {
		t.Fatal(err)
	}
	comeBack := h.goAway()
	n.mounts.limits = short
	stats := &csi.NodeGetVolumeStatsRequest{VolumeId: request.GetVolumeId(), VolumePath: request.GetTargetPath()}
	for range 2 { // the second call does not wait with the first one's
		_, err := n.NodePublishVolume(t.Context(), request)
		wantCode(t, err, codes.DeadlineExceeded, "nas:/nfs/x does not answer")
		_, err = n.NodeGetVolumeStats(t.Context(), stats)
		wantCode(t, err, codes.DeadlineExceeded, "does not answer")
	}
	if h.left() != 1 || h.waiters() != 2 {
		t.Errorf("%d mounts are left to the pod that waits for its server, and %d calls wait with it", h.left(), h.waiters())
	}
	comeBack()
	eventually(t, "it answers again", func() bool {
		_, err := n.NodePublishVolume(t.Context(), request)
		_, cannot := n.NodeGetVolumeStats(t.Context(), stats)
		return errors.Join(err, cannot) == nil
	})
	h.goAway()
	if _, err := n.NodeUnpublishVolume(t.Context(), unpublishRequest(request)); err != nil || h.left() != 0 || h.lazy != 1 {
		t.Errorf("%v, %d mounts left", err, h.left())
	}
}

func TestAServerThatGoesAwayBeforeTheModeIsChanged(t *testing.T) {
	_, n, h := newDriver(t)
	n.mounts.host, n.mounts.limits = &leavingAfterMount{h}, limits{mount: time.Minute, unmount: time.Minute, answer: short.answer}
	_, err := n.NodePublishVolume(t.Context(), publishRequest(t, h, map[string]string{"mountPermissions": "0777"}))
	wantCode(t, err, codes.DeadlineExceeded, "does not answer")
	if h.left() != 0 {
		t.Error("the mount is left")
	}
}

// leavingAfterMount is a host whose server goes away once it has let something be mounted.
type leavingAfterMount struct{ *fakeHost }

func (h *leavingAfterMount) mount(ctx context.Context, source, target string, options []string) error {
	defer h.goAway()
	return h.fakeHost.mount(ctx, source, target, options)
}

// exportedAnew is a host whose share can be mounted, and then looked into by the first call alone.
type exportedAnew struct {
	*fakeHost
	opens atomic.Int32
	hold  chan struct{}
}

func (h *exportedAnew) open(path string) (*os.Root, error) {
	if h.opens.Add(1) > 1 {
		return nil, &os.PathError{Op: "open", Path: path, Err: unix.ESTALE}
	}
	<-h.hold
	return h.fakeHost.open(path)
}

// TestAMountOfNoUse holds that it is not handed on, although a call still works in it.
func TestAMountOfNoUse(t *testing.T) {
	c, _, h := newDriver(t)
	host := &exportedAnew{fakeHost: h, hold: make(chan struct{})}
	c.mounts.host = host
	create := func(name string) error {
		request := createRequest(nil)
		request.Name = name
		_, err := c.CreateVolume(t.Context(), request)
		return err
	}
	done := make(chan error)
	go func() { done <- create("first") }()
	eventually(t, "the first call works", func() bool { return host.opens.Load() == 1 })
	for _, name := range []string{"second", "third"} {
		wantCode(t, create(name), codes.Unavailable, "nas:/nfs was exported anew")
	}
	// The second one shared the first one's mount, the third got its own.
	if got := len(h.options); got != 2 {
		t.Errorf("%d mounts", got)
	}
	close(host.hold)
	if err := <-done; err != nil || h.left() != 0 {
		t.Errorf("%v, %d mounts left", err, h.left())
	}
}
