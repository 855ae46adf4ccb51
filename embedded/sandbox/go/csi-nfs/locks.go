package main

import "sync"

// locks are held by one at a time, each under its key; nobody waits for one.
type locks struct {
	mutex sync.Mutex
	taken map[string]bool
}

// take says whether the lock was free, and is the caller's now.
func (l *locks) take(key string) bool {
	l.mutex.Lock()
	defer l.mutex.Unlock()
	if l.taken[key] {
		return false
	}
	if l.taken == nil {
		l.taken = map[string]bool{}
	}
	l.taken[key] = true
	return true
}

// held says whether somebody has it.
func (l *locks) held(key string) bool {
	l.mutex.Lock()
	defer l.mutex.Unlock()
	return l.taken[key]
}

func (l *locks) release(key string) {
	l.mutex.Lock()
	defer l.mutex.Unlock()
	delete(l.taken, key)
}
