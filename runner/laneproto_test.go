package runner

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"reflect"
	"testing"
	"time"
)

// TestMessagesArriveWhole sends each kind of message with every field of every struct in it set, texts to what is not UTF-8.
func TestMessagesArriveWhole(t *testing.T) {
	for _, message := range []any{new(laneSetup), new(toLane), new(fromLane)} {
		kind := reflect.TypeOf(message).Elem()
		fillValue(reflect.ValueOf(message).Elem(), 1)
		var pipe bytes.Buffer
		to, arrived := newSender(&pipe), reflect.New(kind).Interface()
		if err := to.send(message); err != nil {
			t.Fatalf("%v: %v", kind, err)
		}
		if err := newReceiver(&pipe).Decode(arrived); err != nil {
			t.Fatalf("%v: %v", kind, err)
		}
		if !reflect.DeepEqual(message, arrived) {
			t.Errorf("%v: sent\n%s\nhas arrived as\n%s", kind, dumped(message), dumped(arrived))
		}
	}
}

// dumped is all that a value holds, also behind pointers.
func dumped(v any) string {
	var b bytes.Buffer
	_ = newSender(&b).send(v)
	return fmt.Sprintf("%q", b.String())
}

// fillValue sets all that a value holds to something that is not its zero.
func fillValue(v reflect.Value, n int) {
	if v.Type() == reflect.TypeFor[time.Time]() {
		v.Set(reflect.ValueOf(time.Date(2026, 11, 24, 7, 8, 9, 10, time.UTC)))
		return
	}
	switch v.Kind() {
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		fillValue(v.Elem(), n)
	case reflect.Struct:
		for i := range v.NumField() {
			fillValue(v.Field(i), n+i)
		}
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 2, 2))
		fillValue(v.Index(0), n)
		fillValue(v.Index(1), n+1)
	case reflect.Map:
		key, value := reflect.New(v.Type().Key()).Elem(), reflect.New(v.Type().Elem()).Elem()
		fillValue(key, n)
		fillValue(value, n)
		v.Set(reflect.MakeMap(v.Type()))
		v.SetMapIndex(key, value)
	case reflect.String:
		v.SetString(fmt.Sprintf("%d\xff\x00\u00e4", n))
	case reflect.Bool:
		v.SetBool(true)
	case reflect.Float64:
		v.SetFloat(float64(n) + 0.1)
	default: // an integer; another kind would panic here, and need its own case
		if v.CanUint() {
			v.SetUint(uint64(n))
		} else {
			v.SetInt(int64(n))
		}
	}
}

// TestMessagesThatAreHeld come before the one that is sent behind them, each once.
func TestMessagesThatAreHeld(t *testing.T) {
	var pipe bytes.Buffer
	to := newSender(&pipe)
	first := 0
	if err := errors.Join(to.hold(toLane{Block: &first}), to.hold(toLane{Stop: true})); err != nil || pipe.Len() > 0 {
		t.Fatalf("error %v, %d bytes written: they were to wait", err, pipe.Len())
	}
	if err := to.send(toLane{}); err != nil {
		t.Fatal(err)
	}
	in := newReceiver(&pipe)
	var got [3]toLane
	for i := range got {
		if err := in.Decode(&got[i]); err != nil {
			t.Fatalf("message %d: %v", i, err)
		}
	}
	if got[0].Block == nil || *got[0].Block != 0 || !got[1].Stop || got[2] != (toLane{}) {
		t.Errorf("got %+v", got)
	}
	if err := in.Decode(new(toLane)); err != io.EOF {
		t.Errorf("behind the last message: %v", err)
	}
}

// TestHalfAMessage is what a lane that is killed while it writes leaves.
func TestHalfAMessage(t *testing.T) {
	var pipe bytes.Buffer
	if err := newSender(&pipe).send(toLane{Job: &Job{File: "t/a.t", Seed: 1}}); err != nil {
		t.Fatal(err)
	}
	for cut := 1; cut < pipe.Len(); cut++ {
		if err := newReceiver(bytes.NewReader(pipe.Bytes()[:cut])).Decode(new(toLane)); err == nil {
			t.Fatalf("%d of %d bytes were taken for a message", cut, pipe.Len())
		}
	}
}
