package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"time"

	"github.com/container-storage-interface/spec/lib/go/csi"
	"google.golang.org/grpc"
	"k8s.io/klog/v2"
	registration "k8s.io/kubelet/pkg/apis/pluginregistration/v1"
)

// newServer is the driver: one program for the pods of the controller and of the nodes, as csi-driver-nfs is.
func newServer(s settings, m *mounts, log *callLog) *grpc.Server {
	server := grpc.NewServer(grpc.UnaryInterceptor(log.intercept))
	csi.RegisterIdentityServer(server, identity{driver: s.driver})
	csi.RegisterControllerServer(server, &controller{settings: s, mounts: m})
	csi.RegisterNodeServer(server, &node{settings: s, mounts: m})
	return server
}

// serve answers until ctx is over. The kubelet hears of the driver once its socket is there, and of its end before it goes.
func serve(ctx context.Context, s settings, server *grpc.Server) error {
	network, address, err := networkAddress(s.endpoint)
	if err != nil {
		return err
	}
	listener, err := listen(network, address)
	if err != nil {
		return fmt.Errorf("cannot listen at --endpoint %s: %w", s.endpoint, err)
	}
	failed := make(chan error, 3)
	go func() { failed <- server.Serve(listener) }()
	defer stop(server)
	klog.InfoS("The driver answers", "driver", s.driver, "version", version, "node", s.node, "endpoint", s.endpoint)
	if s.health != "" {
		go func() { failed <- http.ListenAndServe(s.health, health()) }()
	}
	if s.kubeletPath != "" {
		socket := filepath.Join(s.registry, s.driver+"-reg.sock")
		listener, err := listen("unix", socket)
		if err != nil {
			return fmt.Errorf("cannot register with the kubelet at %s: %w", socket, err)
		}
		registry := grpc.NewServer()
		registration.RegisterRegistrationServer(registry, registrar{driver: s.driver, endpoint: s.kubeletPath})
		go func() { failed <- registry.Serve(listener) }()
		defer registry.Stop() // removes its socket
	}
	select {
	case err := <-failed:
		return err
	case <-ctx.Done():
		return nil
	}
}

// listen takes over from a driver that was killed and has left its socket.
func listen(network, address string) (net.Listener, error) {
	if network == "unix" {
		if err := os.Remove(address); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return nil, err
		}
	}
	return net.Listen(network, address)
}

// stop lets calls end that are under way, for a while.
func stop(server *grpc.Server) {
	timer := time.AfterFunc(10*time.Second, server.Stop)
	defer timer.Stop()
	server.GracefulStop()
}

// health answers a liveness probe as the sidecar livenessprobe does, without a process of its own.
func health() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("/healthz", func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte("ok")) })
	return mux
}
