package await

import (
	"context"
	"slices"
	"time"

	corev1 "k8s.io/api/core/v1"
	discoveryv1 "k8s.io/api/discovery/v1"
	storagev1 "k8s.io/api/storage/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/fields"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/dynamic"
)

// scene is an object under wait with what belongs to it.
type scene struct {
	options Options
	written *unstructured.Unstructured
	// self, pods, slices and events list what was last seen; nil where the rule does not ask for it.
	self, pods, slices, events lister
	// dynamic reads what is not watched.
	dynamic dynamic.Interface
	// known are the warnings from before this wait, by their version then; nil where they were not looked at yet.
	known map[types.UID]string
	// class finds the storage class of a claim.
	class func(name string) *storagev1.StorageClass
	// serves tells whether the API server lists a kind in its discovery.
	serves func(schema.GroupVersionKind) bool

	changed chan struct{}
	// moved is when anything last changed.
	moved time.Time
	// present: the object was seen at least once.
	present bool
}

// lister gives the objects that were last seen, and whether anything was looked at yet.
type lister func() (items []*unstructured.Unstructured, synced bool)

func (l lister) items() []*unstructured.Unstructured {
	if l == nil {
		return nil
	}
	items, _ := l()
	return items
}

// watch follows the object and what the rule asks for until ctx ends.
func (w *Waiter) watch(ctx context.Context, written *unstructured.Unstructured, rule rule, options Options) (*scene, error) {
	client, err := w.Resource(written)
	if err != nil {
		return nil, err
	}
	s := w.newScene(ctx, written, options)
	if !options.Updating {
		s.known = map[types.UID]string{}
	}
	s.self = w.follow(ctx, client, byName(written.GetName()), s.changed)
	if rule.pods != nil {
		if selector, ok := rule.pods(written); ok {
			s.pods = w.follow(ctx, w.Dynamic.Resource(podResource).Namespace(written.GetNamespace()), selector, s.changed)
		}
	}
	if rule.slices {
		s.slices = w.follow(ctx, w.Dynamic.Resource(sliceResource).Namespace(written.GetNamespace()),
			bySelector(labels.Set{discoveryv1.LabelServiceName: written.GetName()}.String()), s.changed)
	}
	if rule.events {
		s.events = w.follow(ctx, w.Dynamic.Resource(eventResource).Namespace(written.GetNamespace()),
			func(o *metav1.ListOptions) { o.FieldSelector = "type=" + corev1.EventTypeWarning }, s.changed)
	}
	return s, nil
}

// look takes one picture of the object and what the rule asks for.
func (w *Waiter) look(ctx context.Context, live *unstructured.Unstructured, rule rule) (*scene, error) {
	s := w.newScene(ctx, live, Options{Updating: true})
	s.self = func() ([]*unstructured.Unstructured, bool) { return []*unstructured.Unstructured{live}, true }
	var err error
	if rule.pods != nil {
		if selector, ok := rule.pods(live); ok {
			pods := w.Dynamic.Resource(podResource).Namespace(live.GetNamespace())
			if s.pods, err = once(ctx, pods, selector); err != nil {
				return nil, err
			}
		}
	}
	if rule.slices {
		slices := w.Dynamic.Resource(sliceResource).Namespace(live.GetNamespace())
		selector := bySelector(labels.Set{discoveryv1.LabelServiceName: live.GetName()}.String())
		s.slices, err = once(ctx, slices, selector)
	}
	return s, err
}

func (w *Waiter) newScene(ctx context.Context, written *unstructured.Unstructured, options Options) *scene {
	known := map[string]*storagev1.StorageClass{}
	return &scene{
		options: options, written: written, dynamic: w.Dynamic, changed: make(chan struct{}, 1), moved: time.Now(),
		class: func(name string) *storagev1.StorageClass {
			if known[name] == nil {
				live, err := w.Dynamic.Resource(classResource).Get(ctx, name, metav1.GetOptions{})
				if err != nil {
					return nil
				}
				known[name] = into[storagev1.StorageClass](live)
			}
			return known[name]
		},
		serves: func(kind schema.GroupVersionKind) bool {
			example := &unstructured.Unstructured{}
			example.SetGroupVersionKind(kind)
			_, err := w.Resource(example)
			return err == nil
		},
	}
}

func byName(name string) tweak {
	return func(o *metav1.ListOptions) {
		o.FieldSelector = fields.OneTermEqualSelector("metadata.name", name).String()
	}
}

func bySelector(selector string) tweak {
	return func(o *metav1.ListOptions) { o.LabelSelector = selector }
}

// next waits for a change, or for the shortest of the given times that are positive; false if the wait has ended.
func (s *scene) next(ctx context.Context, until ...time.Duration) bool {
	var passed <-chan time.Time
	if soonest := shortest(until); soonest > 0 {
		passed = time.After(soonest)
	}
	select {
	case <-ctx.Done():
		return false
	case <-passed:
	case <-s.changed:
		s.moved = time.Now()
	}
	return true
}

func shortest(times []time.Duration) time.Duration {
	times = slices.DeleteFunc(times, func(t time.Duration) bool { return t <= 0 })
	if len(times) == 0 {
		return 0
	}
	return slices.Min(times)
}

// untilSettled tells how long nothing may change yet before the scene counts as settled.
func (s *scene) untilSettled(settle time.Duration) time.Duration {
	return settle - time.Since(s.moved)
}

// object is the latest state; the written one until a newer was seen.
func (s *scene) object() *unstructured.Unstructured {
	for _, item := range s.self.items() {
		if item.GetUID() == s.written.GetUID() && item.GetGeneration() >= s.written.GetGeneration() {
			s.present = true
			return item
		}
	}
	return s.written
}

// deleted tells whether the object was seen and is gone.
func (s *scene) deleted() bool {
	s.object()
	return s.present && !s.there()
}

// podList gives the pods of the object.
func (s *scene) podList() []*corev1.Pod { return all[corev1.Pod](s.pods.items()) }

func all[T any](items []*unstructured.Unstructured) []*T {
	var result []*T
	for _, item := range items {
		result = append(result, into[T](item))
	}
	return result
}

// into gives an object its Go type. What does not fit stays empty, so that the rule waits for it.
func into[T any](obj *unstructured.Unstructured) *T {
	typed := new(T)
	if err := runtime.DefaultUnstructuredConverter.FromUnstructured(obj.Object, typed); err != nil {
		return new(T)
	}
	return typed
}
