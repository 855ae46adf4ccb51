package main

import (
	"context"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/container-storage-interface/spec/lib/go/csi"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
	registration "k8s.io/kubelet/pkg/apis/pluginregistration/v1"
)

// serving starts the driver, and returns what stops it.
func serving(t *testing.T, s settings, m *mounts) (stop func()) {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- serve(ctx, s, newServer(s, m, newCallLog(func(line string) { t.Log(line) }))) }()
	_, socket, err := networkAddress(s.endpoint)
	if err != nil {
		t.Fatal(err)
	}
	eventually(t, "the driver answers", func() bool { _, err := os.Stat(socket); return err == nil })
	stopped := false
	stop = func() {
		if stopped {
			return
		}
		stopped = true
		cancel()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	}
	t.Cleanup(stop)
	return stop
}

func dial(t *testing.T, socket string) *grpc.ClientConn {
	t.Helper()
	connection, err := grpc.NewClient("unix://"+socket, grpc.WithTransportCredentials(insecure.NewCredentials()))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = connection.Close() })
	return connection
}

func TestRegistrationWithTheKubelet(t *testing.T) {
	folder, err := os.MkdirTemp("", "csi-nfs-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(folder) })
	folders(t, folder, "plugin", "plugins_registry")
	own, registry := filepath.Join(folder, "plugin/csi.sock"), filepath.Join(folder, "plugins_registry/nfs.csi.k8s.io-reg.sock")
	for _, left := range []string{own, registry} { // by a driver that was killed
		if err := os.WriteFile(left, nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	s, err := settingsFrom([]string{
		"--endpoint=unix://" + own, "--nodeid=node-1", "--kubelet-registration-path=/var/lib/kubelet/plugins/csi-nfsplugin/csi.sock",
		"--plugin-registration-path=" + filepath.Dir(registry),
	})
	if err != nil {
		t.Fatal(err)
	}
	stop := serving(t, s, &mounts{host: newFakeHost(t), limits: defaultLimits})
	eventually(t, "the sockets are there", func() bool { return isSocket(own) && isSocket(registry) })

	kubelet := registration.NewRegistrationClient(dial(t, registry))
	info, err := kubelet.GetInfo(t.Context(), &registration.InfoRequest{})
	if err != nil || info.GetType() != "CSIPlugin" || info.GetName() != "nfs.csi.k8s.io" ||
		info.GetEndpoint() != "/var/lib/kubelet/plugins/csi-nfsplugin/csi.sock" || strings.Join(info.GetSupportedVersions(), " ") != "1.0.0" {
		t.Errorf("%v, %v", info, err)
	}
	for _, registered := range []bool{false, true} {
		if _, err := kubelet.NotifyRegistrationStatus(t.Context(), &registration.RegistrationStatus{PluginRegistered: registered}); err != nil {
			t.Error(err)
		}
	}
	node, err := csi.NewNodeClient(dial(t, own)).NodeGetInfo(t.Context(), &csi.NodeGetInfoRequest{})
	if err != nil || node.GetNodeId() != "node-1" {
		t.Errorf("%v, %v", node, err)
	}
	stop()
	if left := treeOf(folder); left != "plugin/ plugins_registry/" {
		t.Errorf("left is %q", left)
	}
}

func isSocket(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.Mode().Type() == os.ModeSocket
}

func TestWhoAnswers(t *testing.T) {
	i := identity{driver: "nfs.csi.k8s.io"}
	info, err := i.GetPluginInfo(t.Context(), nil)
	if err != nil || info.GetName() != "nfs.csi.k8s.io" || !strings.Contains(info.GetVendorVersion(), "sandbox") {
		t.Errorf("%v, %v", info, err)
	}
}

func TestLivenessProbe(t *testing.T) {
	folder, err := os.MkdirTemp("", "csi-nfs-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(folder) })
	free, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := free.Addr().String()
	_ = free.Close()
	s, err := settingsFrom([]string{"--endpoint=unix://" + filepath.Join(folder, "csi.sock"), "--http-endpoint=" + address})
	if err != nil {
		t.Fatal(err)
	}
	serving(t, s, &mounts{host: newFakeHost(t), limits: defaultLimits})
	var body []byte
	eventually(t, "/healthz answers", func() bool {
		response, err := http.Get("http://" + address + "/healthz")
		if err != nil {
			return false
		}
		defer response.Body.Close()
		body, _ = io.ReadAll(response.Body)
		return response.StatusCode == http.StatusOK
	})
	if string(body) != "ok" {
		t.Errorf("%q", body)
	}
}

func TestSettings(t *testing.T) {
	s, err := settingsFrom(strings.Fields("-v=5 --nodeid=node-1 --endpoint=unix:///csi/csi.sock --mount-permissions=0775 --default-ondelete-policy=archive"))
	if err != nil || s.mode != 0o775 || s.onDelete != "archive" || s.driver != "nfs.csi.k8s.io" || s.folder != "/tmp" {
		t.Errorf("%+v, %v", s, err)
	}
	for word, argument := range map[string]string{
		"--default-ondelete-policy": "--default-ondelete-policy=keep", "--mount-permissions": "--mount-permissions=010000", "not understood": "csi",
	} {
		if _, err := settingsFrom([]string{argument}); err == nil || !strings.Contains(err.Error(), word) {
			t.Errorf("%s: %v", argument, err)
		}
	}
	for endpoint, want := range map[string]string{
		"unix:///csi/csi.sock": "unix /csi/csi.sock", "unix://tmp/csi.sock": "unix /tmp/csi.sock", "TCP://127.0.0.1:1": "tcp 127.0.0.1:1",
		"/csi/csi.sock": " ", "unix://": " ", "http://x": " ",
	} {
		network, address, err := networkAddress(endpoint)
		if got := network + " " + address; got != want || (err != nil) != (want == " ") {
			t.Errorf("%s: %q, %v", endpoint, got, err)
		}
	}
}
