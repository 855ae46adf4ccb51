package main

import (
	_ "k8s.io/client-go/kubernetes"
	_ "sigs.k8s.io/sig-storage-lib-external-provisioner/v13/controller"
)

func main() {}
