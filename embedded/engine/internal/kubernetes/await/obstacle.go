package await

import (
	"fmt"
	"slices"
	"time"
)

// obstacle keeps an object from becoming ready, and does not go away by itself.
type obstacle struct {
	// about tells obstacles apart: kind of fault, object and part of it. What an object says of it may change meanwhile.
	about string
	// text names the cause, and what to do about it.
	text string
	// after is how long it must have been there without a break.
	after time.Duration
	// mayCome: another step of the same run may make what is missing, so that the time only counts while nothing is made.
	mayCome bool
}

const (
	// lasting is longer than what heals by itself takes on a busy machine, and short enough to be told within 20 s.
	lasting = 15 * time.Second
	// graceTime is how long a wait goes on before obstacles are looked for: most end sooner. lookPause is the time between
	// two looks, because not all that they look at is watched.
	graceTime = 2 * time.Second
	lookPause = 2 * time.Second
)

// blocked makes an obstacle that must last; fmt's verbs are for the text.
func blocked(about, format string, args ...any) obstacle {
	return obstacle{about: about, text: fmt.Sprintf(format, args...), after: lasting}
}

// unlessMade is the obstacle for something that the same run may still make.
func (o obstacle) unlessMade() obstacle {
	o.mayCome = true
	return o
}

// within gives the obstacle another time to last.
func (o obstacle) within(after time.Duration) obstacle {
	o.after = after
	return o
}

// patience remembers since when each obstacle has been there.
type patience struct {
	// look finds what is in the way just now; nil where nothing is known to be.
	look func() []obstacle
	// wrote tells when the run last made or changed anything; nil for never.
	wrote func() time.Time
	next  time.Time
	since map[string]time.Time
}

func newPatience(wrote func() time.Time) *patience {
	return &patience{wrote: wrote, next: time.Now().Add(graceTime), since: map[string]time.Time{}}
}

// exhausted looks again, if it is time, and gives what has lasted too long; it also tells when to look next.
func (p *patience) exhausted() (texts []string, again time.Duration) {
	if p.look == nil {
		return nil, 0
	}
	now := time.Now()
	if wait := p.next.Sub(now); wait > 0 {
		return nil, wait
	}
	found := p.look()
	p.next = time.Now().Add(lookPause)
	return p.lasted(found, now), lookPause
}

// lasted takes what was found now, and gives the texts of what has been there for its whole time.
func (p *patience) lasted(found []obstacle, now time.Time) []string {
	since := map[string]time.Time{}
	var texts []string
	for _, o := range found {
		from, known := p.since[o.about]
		if !known {
			from = now
		}
		since[o.about] = from
		if o.mayCome && p.wrote != nil && p.wrote().After(from) {
			from = p.wrote()
		}
		if now.Sub(from) >= o.after && !slices.Contains(texts, o.text) {
			texts = append(texts, o.text)
		}
	}
	p.since = since
	return texts
}
