package kubernetes

import (
	"slices"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
)

// fieldPath is where a value is in an object: string keys and int positions.
type fieldPath []any

// replacing names, for each kind, the fields whose change the API server refuses, so that the object must be replaced.
// The list is that of pulumi-kubernetes 4.32, with the fields of claims and storage classes added that the API server
// also keeps fixed and for which the former only passes on the server's error. A claim's spec.resources is left out:
// it may grow in place, and a shrink must stay an error, because replacing the claim would cost its data.
var replacing = map[schema.GroupKind][]fieldPath{
	{Group: "apps", Kind: "DaemonSet"}:  {{"spec", "selector"}},
	{Group: "apps", Kind: "Deployment"}: {{"spec", "selector"}},
	{Group: "apps", Kind: "StatefulSet"}: {
		{"spec", "podManagementPolicy"}, {"spec", "revisionHistoryLimit"}, {"spec", "selector"},
		{"spec", "serviceName"}, {"spec", "volumeClaimTemplates"},
	},
	{Group: "batch", Kind: "Job"}: {
		{"spec", "completions"}, {"spec", "parallelism"}, {"spec", "selector"}, {"spec", "template"},
	},
	{Kind: "PersistentVolume"}: {
		{"spec", "awsElasticBlockStore"}, {"spec", "azureDisk"}, {"spec", "azureFile"}, {"spec", "cephfs"},
		{"spec", "cinder"}, {"spec", "csi"}, {"spec", "fc"}, {"spec", "flexVolume"}, {"spec", "flocker"},
		{"spec", "gcePersistentDisk"}, {"spec", "glusterfs"}, {"spec", "hostPath"}, {"spec", "iscsi"},
		{"spec", "local"}, {"spec", "nfs"}, {"spec", "photonPersistentDisk"}, {"spec", "portworxVolume"},
		{"spec", "quobyte"}, {"spec", "rbd"}, {"spec", "scaleIO"}, {"spec", "storageos"}, {"spec", "vsphereVolume"},
	},
	{Kind: "PersistentVolumeClaim"}: {
		{"spec", "accessModes"}, {"spec", "dataSource"}, {"spec", "dataSourceRef"}, {"spec", "selector"},
		{"spec", "storageClassName"}, {"spec", "volumeMode"}, {"spec", "volumeName"},
	},
	{Kind: "Pod"}:           {{"spec"}},
	{Kind: "ResourceQuota"}: {{"spec", "scopes"}},
	{Kind: "Secret"}:        {{"type"}},
	{Kind: "Service"}:       {{"spec", "clusterIP"}},
	{Group: "rbac.authorization.k8s.io", Kind: "ClusterRoleBinding"}: {{"roleRef"}},
	{Group: "rbac.authorization.k8s.io", Kind: "RoleBinding"}:        {{"roleRef"}},
	{Group: "storage.k8s.io", Kind: "StorageClass"}: {
		{"parameters"}, {"provisioner"}, {"reclaimPolicy"}, {"volumeBindingMode"},
	},
}

// updatable are exceptions from replacing: fields of a pod's spec that change in place.
var updatable = map[schema.GroupKind][]fieldPath{
	{Kind: "Pod"}: {{"spec", "activeDeadlineSeconds"}, {"spec", "tolerations"}},
}

// identityFields make another object of any kind.
var identityFields = []fieldPath{{"metadata", "name"}, {"metadata", "namespace"}}

// replacesAt tells whether a change at a path, to the given value, replaces the object.
func (s settings) replacesAt(obj *unstructured.Unstructured, path fieldPath, value any) bool {
	kind := kindOf(obj).GroupKind()
	fields := append(slices.Clone(identityFields), replacing[kind]...)
	immutable, _ := obj.Object["immutable"].(bool)
	switch {
	case kind == schema.GroupKind{Kind: "ConfigMap"} && (!s.configMapMutable || immutable):
		fields = append(fields, fieldPath{"data"}, fieldPath{"binaryData"})
	case kind == schema.GroupKind{Kind: "Secret"} && (!s.secretMutable || immutable):
		fields = append(fields, fieldPath{"data"}, fieldPath{"stringData"})
	}
	reached := func(field fieldPath) bool {
		return path.within(field) || field.within(path) && holds(value, field[len(path):])
	}
	return slices.ContainsFunc(fields, reached) && !slices.ContainsFunc(updatable[kind], path.within)
}

// within tells whether a path is the other or lies below it.
func (path fieldPath) within(other fieldPath) bool {
	return len(path) >= len(other) && slices.Equal(path[:len(other)], other)
}

// holds tells whether a value has a field. A value that is not known yet has none, as in pulumi-kubernetes: otherwise
// replacing one object would replace all whose spec is made from it.
func holds(value any, field fieldPath) bool {
	for _, key := range field {
		values, _ := value.(map[string]any)
		name, _ := key.(string)
		if value = values[name]; value == nil {
			return false
		}
	}
	return true
}
