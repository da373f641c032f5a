; The estate of bench/three_faults.yaml for z3, in whole seconds: earliest and latest of each outage's two ends, least and
; most of each downtime. A registry looks at its key once an hour, at a phase that is open; a change of a role counts up
; to `late` seconds after it is made.
(set-option :opt.priority box)
(declare-const one Int)
(declare-const two Int)
(declare-const three Int)
(assert (and (<= 0 one 3599) (<= 0 two 3599) (<= 0 three 3599)))
(declare-const removed Int)
(declare-const assigned Int)
(assert (and (<= 14400 removed (+ 14400 late)) (<= 22800 assigned (+ 22800 late))))

; The first look at or after an instant.
(define-fun sees ((look Int) (phase Int) (instant Int)) Bool
  (and (<= instant look) (< look (+ instant 3600)) (= (mod (- look phase) 3600) 0)))

(declare-const one-a Int) (declare-const one-b Int) (declare-const one-c Int) (declare-const one-d Int)
(assert (and (sees one-a one 3600) (sees one-b one 9000) (sees one-c one 28800) (sees one-d one 34800)))
(declare-const two-a Int) (declare-const two-b Int) (declare-const two-c Int) (declare-const two-d Int)
(assert (and (sees two-a two 3600) (sees two-b two 9000) (sees two-c two 28800) (sees two-d two 34800)))
(declare-const three-a Int) (declare-const three-b Int)
(assert (and (sees three-a three removed) (sees three-b three assigned)))

(minimize one-a) (maximize one-a) (minimize one-b) (maximize one-b)
(minimize one-c) (maximize one-c) (minimize one-d) (maximize one-d)
(minimize (+ (- one-b one-a) (- one-d one-c))) (maximize (+ (- one-b one-a) (- one-d one-c)))
(minimize two-a) (maximize two-a) (minimize two-b) (maximize two-b)
(minimize two-c) (maximize two-c) (minimize two-d) (maximize two-d)
(minimize (+ (- two-b two-a) (- two-d two-c))) (maximize (+ (- two-b two-a) (- two-d two-c)))
(minimize three-a) (maximize three-a) (minimize three-b) (maximize three-b)
(minimize (- three-b three-a)) (maximize (- three-b three-a))
(check-sat)
(get-objectives)
(get-info :all-statistics)
