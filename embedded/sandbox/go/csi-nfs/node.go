package main

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"slices"
	"strings"

	"github.com/container-storage-interface/spec/lib/go/csi"
	"golang.org/x/sys/unix"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"k8s.io/klog/v2"
	"k8s.io/mount-utils"
)

// node mounts volumes for the pods of one node.
type node struct {
	csi.UnimplementedNodeServer
	settings settings
	mounts   *mounts
	// calls are the mount points that are being worked on.
	calls locks
	// single are the volumes that one pod alone may use, by their id.
	single single
}

func (n *node) NodePublishVolume(ctx context.Context, request *csi.NodePublishVolumeRequest) (*csi.NodePublishVolumeResponse, error) {
	id, target := request.GetVolumeId(), request.GetTargetPath()
	switch {
	case id == "":
		return nil, status.Error(codes.InvalidArgument, "the volume has no id")
	case target == "":
		return nil, status.Error(codes.InvalidArgument, "the target path is missing")
	case request.GetVolumeCapability() == nil:
		return nil, status.Error(codes.InvalidArgument, "the volume's capability is missing")
	}
	what, err := mountOf(request, n.settings.mode)
	if err != nil {
		return nil, status.Error(codes.InvalidArgument, err.Error())
	}
	if !n.calls.take(target) {
		return nil, errBusy
	}
	defer n.calls.release(target)
	if err := n.single.claim(request, n.inUse); err != nil {
		return nil, err
	}
	there, err := n.answers(ctx, target, what.source)
	if err == nil && !there {
		err = n.mount(ctx, target, what)
	}
	if err != nil {
		return nil, err
	}
	if n.setMode(ctx, target, what) != nil {
		if !there {
			_ = n.mounts.detach(context.WithoutCancel(ctx), target)
		}
		return nil, away(what.source)
	}
	return &csi.NodePublishVolumeResponse{}, nil
}

// inUse says whether something is mounted on target, or is about to be.
func (n *node) inUse(target string) (bool, error) {
	if n.calls.held(target) {
		return true, nil
	}
	return n.mounts.host.mounted(target)
}

// answers says whether the volume is mounted on target already, and unmounts what cannot be used any more.
func (n *node) answers(ctx context.Context, target, source string) (bool, error) {
	mounted, err := n.mounts.host.mounted(target)
	if err != nil {
		return false, status.Errorf(codes.Internal, "cannot list the mounts of this node: %v", err)
	}
	if !mounted {
		return false, nil
	}
	err = n.mounts.look(ctx, target)
	switch {
	case err == nil, errors.Is(err, fs.ErrPermission):
		return true, nil
	case errors.Is(err, errNoAnswer):
		return false, away(source)
	case mount.IsCorruptedMnt(err):
		klog.InfoS("What was mounted is of no use any more", "target", target, "err", err)
		return false, n.mounts.unmount(ctx, target)
	default:
		return false, status.Errorf(codes.Internal, "cannot look at %s: %v", target, err)
	}
}

func (n *node) mount(ctx context.Context, target string, what mountRequest) error {
	if err := os.MkdirAll(target, 0o750); err != nil {
		return status.Errorf(codes.Internal, "cannot make the mount point: %v", err)
	}
	return n.mounts.mount(ctx, what.source, target, what.options)
}

// setMode gives the volume the mode of mountPermissions, also where a call before has mounted it and was cut off. Where the
// server does not let it, the pod gets the volume as it is; the one error is errNoAnswer.
func (n *node) setMode(ctx context.Context, target string, what mountRequest) error {
	err := n.mounts.setMode(ctx, target, what.mode)
	if errors.Is(err, errNoAnswer) {
		return errNoAnswer
	}
	if err != nil {
		klog.ErrorS(err, "The volume keeps its mode", "source", what.source, "mountPermissions", fileMode(what.mode))
	}
	return nil
}

func (n *node) NodeUnpublishVolume(ctx context.Context, request *csi.NodeUnpublishVolumeRequest) (*csi.NodeUnpublishVolumeResponse, error) {
	target := request.GetTargetPath()
	if request.GetVolumeId() == "" || target == "" {
		return nil, status.Error(codes.InvalidArgument, "the volume's id or the target path is missing")
	}
	if !n.calls.take(target) {
		return nil, errBusy
	}
	defer n.calls.release(target)
	if err := n.mounts.unmount(ctx, target); err != nil {
		return nil, err
	}
	n.single.free(request.GetVolumeId(), target)
	if err := removeEmpty(target); err != nil {
		return nil, err
	}
	return &csi.NodeUnpublishVolumeResponse{}, nil
}

func (n *node) NodeGetVolumeStats(ctx context.Context, request *csi.NodeGetVolumeStatsRequest) (*csi.NodeGetVolumeStatsResponse, error) {
	path := request.GetVolumePath()
	if request.GetVolumeId() == "" || path == "" {
		return nil, status.Error(codes.InvalidArgument, "the volume's id or path is missing")
	}
	if mounted, err := n.mounts.host.mounted(path); err != nil {
		return nil, status.Errorf(codes.Internal, "cannot list the mounts of this node: %v", err)
	} else if !mounted {
		return nil, status.Errorf(codes.NotFound, "no volume is mounted at %s", path)
	}
	usage, err := n.mounts.usage(ctx, path)
	if errors.Is(err, errNoAnswer) {
		return nil, away("the server of the volume at " + path)
	}
	if err != nil {
		return nil, status.Errorf(codes.Internal, "cannot tell how full %s is: %v", path, err)
	}
	return &csi.NodeGetVolumeStatsResponse{Usage: usageOf(usage)}, nil
}

func usageOf(s unix.Statfs_t) []*csi.VolumeUsage {
	size := int64(s.Bsize)
	return []*csi.VolumeUsage{{
		Unit:  csi.VolumeUsage_BYTES,
		Total: int64(s.Blocks) * size, Available: int64(s.Bavail) * size, Used: int64(s.Blocks-s.Bfree) * size,
	}, {
		Unit:  csi.VolumeUsage_INODES,
		Total: int64(s.Files), Available: int64(s.Ffree), Used: int64(s.Files - s.Ffree),
	}}
}

func (n *node) NodeGetInfo(context.Context, *csi.NodeGetInfoRequest) (*csi.NodeGetInfoResponse, error) {
	return &csi.NodeGetInfoResponse{NodeId: n.settings.node}, nil
}

func (n *node) NodeGetCapabilities(context.Context, *csi.NodeGetCapabilitiesRequest) (*csi.NodeGetCapabilitiesResponse, error) {
	response := &csi.NodeGetCapabilitiesResponse{}
	for _, kind := range []csi.NodeServiceCapability_RPC_Type{
		csi.NodeServiceCapability_RPC_GET_VOLUME_STATS,
		csi.NodeServiceCapability_RPC_SINGLE_NODE_MULTI_WRITER,
	} {
		response.Capabilities = append(response.Capabilities, &csi.NodeServiceCapability{
			Type: &csi.NodeServiceCapability_Rpc{Rpc: &csi.NodeServiceCapability_RPC{Type: kind}},
		})
	}
	return response, nil
}

// mountRequest is what a pod's volume asks to be mounted.
type mountRequest struct {
	source  string
	options []string
	// mode of the directory, 0 for any.
	mode uint32
}

func mountOf(request *csi.NodePublishVolumeRequest, mode uint32) (mountRequest, error) {
	context := request.GetVolumeContext()
	v := volume{server: valueOf(context, keyServer), share: valueOf(context, keyShare), subDir: filledIn(valueOf(context, keySubDir), context)}
	if v.server == "" || v.share == "" {
		return mountRequest{}, errors.New("the volume's attributes need server and share")
	}
	if err := v.check(); err != nil {
		return mountRequest{}, err
	}
	mode, err := modeOf(valueOf(context, keyMountPermissions), mode)
	if err != nil {
		return mountRequest{}, err
	}
	options := slices.Clone(request.GetVolumeCapability().GetMount().GetMountFlags())
	if request.GetReadonly() {
		options = append(options, "ro")
	}
	if more := valueOf(context, keyMountOptions); more != "" {
		options = append(options, strings.Split(more, ",")...)
	}
	return mountRequest{source: source(v.server, v.share, v.subDir), options: options, mode: mode}, nil
}
