// Package sidecars pins the programs of Kubernetes that stand between the API server and a CSI driver: csi-provisioner,
// csi-attacher and csi-resizer. go.mod names them as tools, in the releases that csi-driver-nfs 4.13.4 is deployed with
// where it has them. They share the client libraries of this workspace, so that each is compiled once:
//
//	go build github.com/kubernetes-csi/external-provisioner/v6/cmd/csi-provisioner
package sidecars
