package main

import (
	"context"

	"k8s.io/klog/v2"
	registration "k8s.io/kubelet/pkg/apis/pluginregistration/v1"
)

// registrar tells the kubelet, which finds its socket, where the driver answers. It does the work of the sidecar
// node-driver-registrar, and as that one it leaves it to the kubelet to ask again after a failure.
type registrar struct {
	registration.UnimplementedRegistrationServer
	driver string
	// endpoint is the path of the driver's socket as the kubelet sees it.
	endpoint string
}

func (r registrar) GetInfo(context.Context, *registration.InfoRequest) (*registration.PluginInfo, error) {
	klog.InfoS("The kubelet asks who is here", "driver", r.driver, "endpoint", r.endpoint)
	return &registration.PluginInfo{
		Type: registration.CSIPlugin, Name: r.driver, Endpoint: r.endpoint, SupportedVersions: []string{"1.0.0"},
	}, nil
}

func (r registrar) NotifyRegistrationStatus(_ context.Context, status *registration.RegistrationStatus) (*registration.RegistrationStatusResponse, error) {
	if status.GetPluginRegistered() {
		klog.InfoS("The kubelet has registered the driver", "driver", r.driver)
	} else {
		klog.ErrorS(nil, "The kubelet has not registered the driver, and will try again", "driver", r.driver, "reason", status.GetError())
	}
	return &registration.RegistrationStatusResponse{}, nil
}
