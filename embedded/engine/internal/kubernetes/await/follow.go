package await

import (
	"context"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/watch"
	"k8s.io/client-go/dynamic"
	"k8s.io/client-go/tools/cache"
)

var (
	podResource   = schema.GroupVersionResource{Version: "v1", Resource: "pods"}
	eventResource = schema.GroupVersionResource{Version: "v1", Resource: "events"}
	sliceResource = schema.GroupVersionResource{Group: "discovery.k8s.io", Version: "v1", Resource: "endpointslices"}
	classResource = schema.GroupVersionResource{Group: "storage.k8s.io", Version: "v1", Resource: "storageclasses"}

	claimResource      = schema.GroupVersionResource{Version: "v1", Resource: "persistentvolumeclaims"}
	volumeResource     = schema.GroupVersionResource{Version: "v1", Resource: "persistentvolumes"}
	nodeResource       = schema.GroupVersionResource{Version: "v1", Resource: "nodes"}
	quotaResource      = schema.GroupVersionResource{Version: "v1", Resource: "resourcequotas"}
	replicaSetResource = schema.GroupVersionResource{Group: "apps", Version: "v1", Resource: "replicasets"}
	deploymentResource = schema.GroupVersionResource{Group: "apps", Version: "v1", Resource: "deployments"}
)

type tweak func(*metav1.ListOptions)

// follow lists and watches until ctx ends, over broken connections too, and signals every change.
func (w *Waiter) follow(
	ctx context.Context, client dynamic.ResourceInterface, choose tweak, changed chan<- struct{},
) lister {
	signal := func() {
		select {
		case changed <- struct{}{}:
		default: // a signal is pending already
		}
	}
	store, controller := cache.NewInformerWithOptions(cache.InformerOptions{
		ListerWatcher: cache.ToListWatcherWithWatchListSemantics(&cache.ListWatch{
			ListWithContextFunc: func(ctx context.Context, o metav1.ListOptions) (runtime.Object, error) {
				choose(&o)
				return client.List(ctx, o)
			},
			WatchFuncWithContext: func(ctx context.Context, o metav1.ListOptions) (watch.Interface, error) {
				choose(&o)
				return client.Watch(ctx, o)
			},
		}, w.Dynamic),
		ObjectType: &unstructured.Unstructured{},
		Handler: cache.ResourceEventHandlerFuncs{
			AddFunc:    func(any) { signal() },
			UpdateFunc: func(any, any) { signal() },
			DeleteFunc: func(any) { signal() },
		},
	})
	go controller.RunWithContext(ctx)
	go func() {
		// An empty answer changes nothing in the store, but is an answer.
		if cache.WaitForCacheSync(ctx.Done(), controller.HasSynced) {
			signal()
		}
	}()
	return func() ([]*unstructured.Unstructured, bool) {
		var items []*unstructured.Unstructured
		for _, item := range store.List() {
			items = append(items, item.(*unstructured.Unstructured))
		}
		return items, controller.HasSynced()
	}
}

// once lists a single time.
func once(ctx context.Context, client dynamic.ResourceInterface, choose tweak) (lister, error) {
	var options metav1.ListOptions
	choose(&options)
	list, err := client.List(ctx, options)
	if err != nil {
		return nil, err
	}
	items := make([]*unstructured.Unstructured, len(list.Items))
	for i := range list.Items {
		items[i] = &list.Items[i]
	}
	return func() ([]*unstructured.Unstructured, bool) { return items, true }, nil
}
