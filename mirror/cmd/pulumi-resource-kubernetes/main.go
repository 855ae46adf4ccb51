// Command pulumi-resource-kubernetes manages objects of a Kubernetes cluster.
package main

import (
	_ "storage-lab.example/mirror/internal/kubernetes"
)

func main() {}
