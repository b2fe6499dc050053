package check

import "github.com/ngxtest/ngxtest/runner/spec"

// Versions are what skip and todo sections are held against, in the form of $NginxVersion: "1.022001".
type Versions struct {
	Nginx      string
	OpenSSL    string // "" when nginx was built without it
	BuildSlave string // TEST_NGINX_BUILDSLAVE
}

// Decision says what to do with a block.
type Decision struct {
	// Skip says that nginx is not started for the block. In that case, or when Todo is set, Tests is what each repeat
	// consists of; nothing is sent.
	Skip bool
	Todo bool
	Tests Result
}

// Decide reads skip_eval, skip_nginx, skip_nginx2, skip_slave, skip_openssl, todo_nginx and todo. eval evaluates the Perl text of
// skip_eval. An error is a bail-out.
func (b *Block) Decide(v Versions, eval func(code string) (spec.Value, error)) (Decision, error) {
	return Decision{}, nil
}
