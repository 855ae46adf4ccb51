// Package await waits until Kubernetes objects are ready, or gone, and tells why they are not.
package await

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/client-go/dynamic"
)

// Waiter waits for the objects of one resource.
type Waiter struct {
	Dynamic dynamic.Interface
	// Resource gives the client for an object's kind and namespace.
	Resource func(*unstructured.Unstructured) (dynamic.ResourceInterface, error)
	// Wrote tells when the run last made or changed anything, which what is waited for may depend on; nil if that is not known.
	Wrote func() time.Time
	// Report shows a progress line; "" clears it.
	Report func(string)
}

// Options of one wait.
type Options struct {
	// Skip takes the object as it is.
	Skip bool
	// Timeout, 0 for the kind's own: ten minutes, less for some.
	Timeout time.Duration
	// Updating: the object was there before.
	Updating bool
}

const defaultTimeout = 10 * time.Minute

// NotReadyError is an object that did not become ready, or did not go, in time.
type NotReadyError struct {
	// Summary is what was waited for and how that ended.
	Summary string
	// Reasons name what is in the way, the nearest cause first.
	Reasons []string
}

func (e *NotReadyError) Error() string {
	if len(e.Reasons) == 0 {
		return e.Summary
	}
	return e.Summary + ": " + strings.Join(e.Reasons, "; ")
}

// verdict is what a rule finds.
type verdict struct {
	ready bool
	// hopeless: waiting will not help.
	hopeless bool
	// waiting says what is still missing.
	waiting string
	// again is when to look again although no watched object has changed; 0 for never.
	again time.Duration
}

func isReady() verdict { return verdict{ready: true} }
func waitFor(format string, args ...any) verdict {
	return verdict{waiting: fmt.Sprintf(format, args...)}
}
func hopelessAs(format string, args ...any) verdict {
	return verdict{hopeless: true, waiting: fmt.Sprintf(format, args...)}
}

// Ready waits until an object that was just written is ready, and gives its latest state. The error is a
// NotReadyError, with the latest state next to it. The wait ends early where it is hopeless: see obstacle.
func (w *Waiter) Ready(
	ctx context.Context, written *unstructured.Unstructured, options Options,
) (*unstructured.Unstructured, error) {
	rule, ok := ruleFor(written)
	if !ok || options.Skip {
		return written, nil
	}
	ctx, cancel := context.WithTimeout(ctx, pick(options.Timeout, rule.timeout, defaultTimeout))
	defer cancel()
	scene, err := w.watch(ctx, written, rule, options)
	if err != nil {
		return written, err
	}
	news := w.announcer()
	defer news.clear()
	patience := newPatience(w.Wrote)
	if rule.blocked != nil {
		patience.look = func() []obstacle { return rule.blocked(ctx, scene) }
	}
	for {
		scene.remember()
		found := rule.ready(scene)
		hold := scene.untilSettled(rule.settle)
		switch {
		case scene.deleted():
			return written, &NotReadyError{Summary: name(written) + " was deleted while it was waited for"}
		case found.ready && hold <= 0:
			return scene.object(), nil
		case found.ready:
			found.waiting = "its endpoints to settle"
		case found.hopeless:
			return scene.object(), &NotReadyError{Summary: found.waiting, Reasons: scene.problems()}
		}
		blocks, look := patience.exhausted()
		if len(blocks) > 0 && !found.ready {
			return scene.object(), &NotReadyError{Summary: blocks[0], Reasons: append(blocks[1:], scene.problems()...)}
		}
		quiet := news.say(progressLine(found, scene))
		if !scene.next(ctx, hold, quiet, found.again, look) {
			return scene.object(), &NotReadyError{
				Summary: ended(ctx) + " while waiting for " + found.waiting, Reasons: scene.problems(),
			}
		}
	}
}

// Check tells at once whether an object is ready, for kinds that can lose their readiness.
func (w *Waiter) Check(ctx context.Context, live *unstructured.Unstructured) error {
	rule, ok := ruleFor(live)
	if !ok || !rule.losable {
		return nil
	}
	scene, err := w.look(ctx, live, rule)
	if err != nil {
		return err
	}
	found := rule.ready(scene)
	switch {
	case found.ready:
		return nil
	case found.hopeless:
		return &NotReadyError{Summary: found.waiting, Reasons: scene.problems()}
	}
	return &NotReadyError{Summary: "waiting for " + found.waiting, Reasons: scene.problems()}
}

// ended says why a wait ended.
func ended(ctx context.Context) string {
	if errors.Is(ctx.Err(), context.DeadlineExceeded) {
		return "the time ran out"
	}
	return context.Cause(ctx).Error()
}

// quietTime is how long a wait goes on without a word: most end sooner.
const quietTime = time.Second

// announcer shows a wait's progress, each line once.
type announcer struct {
	report func(string)
	from   time.Time
	shown  string
}

func (w *Waiter) announcer() *announcer {
	return &announcer{report: w.Report, from: time.Now().Add(quietTime)}
}

// say shows a line, or tells how long it has to wait for that.
func (a *announcer) say(line string) time.Duration {
	if quiet := time.Until(a.from); quiet > 0 {
		return quiet
	}
	if line != a.shown {
		a.report(line)
		a.shown = line
	}
	return 0
}

func (a *announcer) clear() {
	if a.shown != "" {
		a.report("")
	}
}

func progressLine(found verdict, scene *scene) string {
	line := "waiting for " + found.waiting
	if problems := scene.problems(); len(problems) > 0 {
		line += ": " + problems[0]
	}
	return line
}

func pick(values ...time.Duration) time.Duration {
	for _, value := range values {
		if value > 0 {
			return value
		}
	}
	return 0
}

func name(obj *unstructured.Unstructured) string {
	if obj.GetNamespace() == "" {
		return obj.GetKind() + " " + obj.GetName()
	}
	return obj.GetKind() + " " + obj.GetNamespace() + "/" + obj.GetName()
}
