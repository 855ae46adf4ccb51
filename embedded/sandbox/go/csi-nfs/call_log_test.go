package main

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/container-storage-interface/spec/lib/go/csi"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

// logged are the lines of calls, each without how long it took.
func logged(calls func(call func(method string, request, response any, err error))) []string {
	var lines []string
	log := newCallLog(func(line string) {
		before, _, _ := strings.Cut(line, " (0.0")
		lines = append(lines, before)
	})
	calls(func(method string, request, response any, err error) {
		_, _ = log.intercept(context.Background(), request, &grpc.UnaryServerInfo{FullMethod: "/csi.v1.Any/" + method},
			func(context.Context, any) (any, error) { return response, err })
	})
	return lines
}

func TestALineForEachCall(t *testing.T) {
	create := createRequest(map[string]string{"csi.storage.k8s.io/ephemeral": "x"}, "nfsvers=4.2", "noatime")
	create.CapacityRange = &csi.CapacityRange{RequiredBytes: 1 << 30}
	create.Secrets = map[string]string{"password": "hidden"}
	published := &csi.NodePublishVolumeRequest{
		VolumeId: "nas#nfs#a b##", TargetPath: "/pods/1", Readonly: true, VolumeCapability: access(),
		VolumeContext: map[string]string{"server": "nas\nforged", "share": ""}, Secrets: map[string]string{"password": "hidden"},
	}
	lines := logged(func(call func(string, any, any, error)) {
		call("CreateVolume", create, &csi.CreateVolumeResponse{Volume: &csi.Volume{VolumeId: "nas#nfs#pvc-1##"}}, nil)
		call("CreateVolume", create, nil, away("nas:/nfs"))
		call("NodePublishVolume", published, &csi.NodePublishVolumeResponse{}, nil)
		call("NodeUnpublishVolume", &csi.NodeUnpublishVolumeRequest{VolumeId: "x", TargetPath: "/pods/1"}, &csi.NodeUnpublishVolumeResponse{}, nil)
		call("ControllerExpandVolume", &csi.ControllerExpandVolumeRequest{VolumeId: "x", CapacityRange: &csi.CapacityRange{RequiredBytes: 3 << 29}},
			&csi.ControllerExpandVolumeResponse{CapacityBytes: 3 << 29}, nil)
		call("DeleteVolume", &csi.DeleteVolumeRequest{VolumeId: "x", Secrets: create.Secrets}, nil, errors.New("no disk"))
		call("GetPluginInfo", &csi.GetPluginInfoRequest{}, &csi.GetPluginInfoResponse{Name: "nfs.csi.k8s.io", VendorVersion: "v1"}, nil)
	})
	want := []string{
		"CreateVolume pvc-1 1Gi pv/name=pvc-1 pvc/name=data pvc/namespace=shiqi server=nas share=/nfs " +
			"access=MULTI_NODE_MULTI_WRITER options=nfsvers=4.2,noatime → nas#nfs#pvc-1##",
		"CreateVolume pvc-1 1Gi pv/name=pvc-1 pvc/name=data pvc/namespace=shiqi server=nas share=/nfs access=MULTI_NODE_MULTI_WRITER " +
			"options=nfsvers=4.2,noatime → DeadlineExceeded: nas:/nfs does not answer: check that the NFS server runs and that this node reaches its port 2049",
		`NodePublishVolume "nas#nfs#a b##" target=/pods/1 server="nas\nforged" share="" readonly access=MULTI_NODE_MULTI_WRITER → done`,
		"NodeUnpublishVolume x target=/pods/1 → done",
		"ControllerExpandVolume x to=1536Mi → 1536Mi",
		"DeleteVolume x → Unknown: no disk",
		"GetPluginInfo → nfs.csi.k8s.io v1",
	}
	if got := strings.Join(lines, "\n"); got != strings.Join(want, "\n") {
		t.Errorf("logged is\n%s", got)
	}
}

func TestWhatIsAskedAllTheTimeIsLoggedWhenItChanges(t *testing.T) {
	stats := func(path string) *csi.NodeGetVolumeStatsRequest {
		return &csi.NodeGetVolumeStatsRequest{VolumeId: "x", VolumePath: path}
	}
	usage := &csi.NodeGetVolumeStatsResponse{Usage: []*csi.VolumeUsage{{Used: 5 << 20, Total: 123456 << 20}}}
	lines := logged(func(call func(string, any, any, error)) {
		for range 3 {
			call("Probe", &csi.ProbeRequest{}, &csi.ProbeResponse{}, nil)
			call("NodeGetVolumeStats", stats("/a"), usage, nil)
			call("NodeGetVolumeStats", stats("/b"), usage, nil)
		}
		for range 2 {
			call("NodeGetVolumeStats", stats("/a"), nil, status.Error(codes.DeadlineExceeded, "away"))
		}
		call("NodeUnpublishVolume", &csi.NodeUnpublishVolumeRequest{VolumeId: "x", TargetPath: "/b"}, nil, nil)
		call("NodeGetVolumeStats", stats("/b"), usage, nil)
	})
	want := "Probe → done;NodeGetVolumeStats x path=/a → 5Mi of 120Gi used;NodeGetVolumeStats x path=/b → 5Mi of 120Gi used;" +
		"NodeGetVolumeStats x path=/a → DeadlineExceeded: away;NodeUnpublishVolume x target=/b → done;NodeGetVolumeStats x path=/b → 5Mi of 120Gi used"
	if got := strings.Join(lines, ";"); got != want {
		t.Errorf("logged is %s", strings.ReplaceAll(got, ";", "\n"))
	}
}

func TestSizes(t *testing.T) {
	for bytes, want := range map[int64]string{0: "0", 1000: "1000", 1 << 20: "1Mi", 1<<20 + 1: "1Mi", 5 << 40: "5Ti", 3 << 29: "1536Mi", 11111111111: "10596Mi"} {
		if got := size(bytes); got != want {
			t.Errorf("%d: %s; want %s", bytes, got, want)
		}
	}
}

func TestNothingInACallMakesASecondLine(t *testing.T) {
	lines := logged(func(call func(string, any, any, error)) {
		volume := &csi.Volume{VolumeId: "nas#nfs#a\nNodePublishVolume forged##"}
		call("CreateVolume", createRequest(nil), &csi.CreateVolumeResponse{Volume: volume}, nil)
		call("CreateVolume", createRequest(nil), nil, away("nas:/nfs\nDeleteVolume forged → done"))
	})
	for _, line := range lines {
		if strings.ContainsAny(line, "\n\r") {
			t.Errorf("a call has several lines: %q", line)
		}
	}
}
