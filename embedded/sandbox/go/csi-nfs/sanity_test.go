package main

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/kubernetes-csi/csi-test/v5/pkg/sanity"
	"github.com/onsi/ginkgo/v2"
	"github.com/onsi/ginkgo/v2/types"
)

// TestSanity runs Kubernetes' conformance suite for CSI drivers, whole. The specs of what the driver does not offer
// (snapshots, staging, attaching and the like) do not apply, and end at once.
//
// By default folders take the place of NFS. With a server and a share in CSI_SANITY_SERVER and CSI_SANITY_SHARE they are
// mounted, by root on a machine with an NFS client:
//
//	go test -c -o csi-sanity . && CSI_SANITY_SERVER=10.0.0.1 CSI_SANITY_SHARE=/nfs ./csi-sanity -test.run 'TestSanity$'
func TestSanity(t *testing.T) {
	// Short, since the path of a socket can have 107 characters.
	folder, err := os.MkdirTemp("", "csi-sanity-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(folder) })
	socket := "unix://" + filepath.Join(folder, "csi.sock")
	s, err := settingsFrom([]string{"--endpoint=" + socket, "--nodeid=node-1", "--working-mount-dir=" + filepath.Join(folder, "work")})
	if err != nil {
		t.Fatal(err)
	}
	config := sanity.NewTestConfig()
	config.Address = socket
	config.TargetPath, config.StagingPath = filepath.Join(folder, "target"), filepath.Join(folder, "staging")
	config.TestVolumeParameters = map[string]string{"server": os.Getenv("CSI_SANITY_SERVER"), "share": os.Getenv("CSI_SANITY_SHARE")}
	m := &mounts{host: linux{}, limits: defaultLimits}
	if config.TestVolumeParameters["server"] == "" {
		h := newFakeHost(t)
		m.host = h
		config.TestVolumeParameters = map[string]string{"server": "nas", "share": "/nfs"}
		t.Cleanup(func() {
			if h.tree() != "" || h.left() != 0 {
				t.Errorf("left are %q and %d mounts", h.tree(), h.left())
			}
		})
	}
	serving(t, s, m)
	ginkgo.ReportAfterSuite("count", func(report ginkgo.Report) { fmt.Println(countOf(report.SpecReports)) })
	sanity.Test(t, config)
}

func countOf(specs types.SpecReports) string {
	its := specs.WithLeafNodeType(types.NodeTypeIt)
	passed := its.CountWithState(types.SpecStatePassed)
	failed := its.CountWithState(types.SpecStateFailureStates)
	return fmt.Sprintf("csi-sanity: %d specs passed, %d failed, %d do not apply", passed, failed, len(its)-passed-failed)
}
