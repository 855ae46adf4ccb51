package main

import (
	"context"
	"errors"
	"strings"

	"github.com/container-storage-interface/spec/lib/go/csi"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

// controller makes and removes the directories of volumes. It mounts the share itself, for as long as calls need it.
type controller struct {
	csi.UnimplementedControllerServer
	settings settings
	mounts   *mounts
	// calls are the volumes that are being worked on.
	calls locks
}

var errBusy = status.Error(codes.Aborted, "another call for this volume is under way")

func (c *controller) CreateVolume(ctx context.Context, request *csi.CreateVolumeRequest) (*csi.CreateVolumeResponse, error) {
	if request.GetName() == "" {
		return nil, status.Error(codes.InvalidArgument, "the volume has no name")
	}
	if err := checkCapabilities(request.GetVolumeCapabilities()); err != nil {
		return nil, err
	}
	if request.GetVolumeContentSource() != nil {
		return nil, status.Error(codes.InvalidArgument, "volumes are made empty here, not from a snapshot or another volume")
	}
	v, mode, err := volumeOf(request.GetName(), request.GetParameters(), c.settings)
	if err != nil {
		return nil, status.Error(codes.InvalidArgument, err.Error())
	}
	options := request.GetVolumeCapabilities()[0].GetMount().GetMountFlags()
	err = c.onShare(ctx, v, options, mode, func(s share, directory string) error { return s.create(directory, mode) })
	if err != nil {
		return nil, err
	}
	return &csi.CreateVolumeResponse{Volume: &csi.Volume{VolumeId: v.id(), VolumeContext: contextOf(v, request.GetParameters())}}, nil
}

// contextOf is what the nodes are told: the class's parameters, and the directory's name.
func contextOf(v volume, parameters map[string]string) map[string]string {
	context := map[string]string{}
	for key, value := range parameters {
		if !strings.EqualFold(key, keySubDir) {
			context[key] = value
		}
	}
	context["subDir"] = v.subDir
	return context
}

func (c *controller) DeleteVolume(ctx context.Context, request *csi.DeleteVolumeRequest) (*csi.DeleteVolumeResponse, error) {
	if request.GetVolumeId() == "" {
		return nil, status.Error(codes.InvalidArgument, "the volume has no id")
	}
	v, err := volumeFrom(request.GetVolumeId())
	if err != nil {
		// Nothing of ours has such an id.
		return &csi.DeleteVolumeResponse{}, nil
	}
	if v.onDelete == "" {
		v.onDelete = c.settings.onDelete
	}
	if strings.EqualFold(v.onDelete, retained) {
		return &csi.DeleteVolumeResponse{}, nil
	}
	var options []string
	if secret := valueOf(request.GetSecrets(), keyMountOptions); secret != "" {
		options = append(options, secret)
	}
	err = c.onShare(ctx, v, options, c.settings.mode, func(s share, directory string) error {
		if strings.EqualFold(v.onDelete, archived) {
			return s.archive(directory, c.settings.replaceArchive)
		}
		return s.remove(directory)
	})
	if err != nil {
		return nil, err
	}
	return &csi.DeleteVolumeResponse{}, nil
}

// onShare does something to a volume's directory, alone. The share itself gets the volume's mode, as with csi-driver-nfs,
// which mounts it for itself the way it does for a pod.
func (c *controller) onShare(ctx context.Context, v volume, options []string, mode uint32, work func(share, string) error) error {
	directory, err := v.directory()
	if err != nil {
		return status.Error(codes.InvalidArgument, err.Error())
	}
	if !c.calls.take(v.id()) {
		return errBusy
	}
	defer c.calls.release(v.id())
	return c.mounts.withShare(ctx, v.shareSource(), c.settings.folder, options, v.id(), func(s share) error {
		if err := s.setMode(".", mode); err != nil {
			return errors.Join(errors.New("cannot change the mode of the share to mountPermissions"), err)
		}
		return work(s, directory)
	})
}

func (c *controller) ControllerExpandVolume(_ context.Context, request *csi.ControllerExpandVolumeRequest) (*csi.ControllerExpandVolumeResponse, error) {
	if request.GetVolumeId() == "" || request.GetCapacityRange() == nil {
		return nil, status.Error(codes.InvalidArgument, "an expansion needs the volume's id and its new size")
	}
	// Directories have no size: nothing to do here nor on a node.
	return &csi.ControllerExpandVolumeResponse{CapacityBytes: request.GetCapacityRange().GetRequiredBytes()}, nil
}

func (c *controller) ValidateVolumeCapabilities(_ context.Context, request *csi.ValidateVolumeCapabilitiesRequest) (*csi.ValidateVolumeCapabilitiesResponse, error) {
	if request.GetVolumeId() == "" {
		return nil, status.Error(codes.InvalidArgument, "the volume has no id")
	}
	if err := checkCapabilities(request.GetVolumeCapabilities()); err != nil {
		return nil, err
	}
	if _, err := volumeFrom(request.GetVolumeId()); err != nil {
		return nil, status.Error(codes.NotFound, err.Error())
	}
	return &csi.ValidateVolumeCapabilitiesResponse{Confirmed: &csi.ValidateVolumeCapabilitiesResponse_Confirmed{
		VolumeCapabilities: request.GetVolumeCapabilities(),
	}}, nil
}

func (c *controller) ControllerGetCapabilities(context.Context, *csi.ControllerGetCapabilitiesRequest) (*csi.ControllerGetCapabilitiesResponse, error) {
	response := &csi.ControllerGetCapabilitiesResponse{}
	for _, kind := range []csi.ControllerServiceCapability_RPC_Type{
		csi.ControllerServiceCapability_RPC_CREATE_DELETE_VOLUME,
		csi.ControllerServiceCapability_RPC_SINGLE_NODE_MULTI_WRITER,
		csi.ControllerServiceCapability_RPC_EXPAND_VOLUME,
	} {
		response.Capabilities = append(response.Capabilities, &csi.ControllerServiceCapability{
			Type: &csi.ControllerServiceCapability_Rpc{Rpc: &csi.ControllerServiceCapability_RPC{Type: kind}},
		})
	}
	return response, nil
}

func checkCapabilities(capabilities []*csi.VolumeCapability) error {
	if len(capabilities) == 0 {
		return status.Error(codes.InvalidArgument, "the volume's capabilities are missing")
	}
	for _, capability := range capabilities {
		if capability.GetBlock() != nil {
			return status.Error(codes.InvalidArgument, "an NFS volume cannot be a block device: take volumeMode Filesystem")
		}
	}
	return nil
}
