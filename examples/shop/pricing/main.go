// Pricing tells what a number of things costs, less the rebate for many.
package main

import (
	"encoding/json"
	"log"
	"net/http"
	"strconv"
)

func price(quantity int) float64 {
	total := 9.9 * float64(quantity)
	if quantity >= 10 {
		total *= 0.9
	}
	return total
}

func main() {
	http.HandleFunc("/healthz", func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(http.StatusNoContent)
	})
	http.HandleFunc("/price", func(w http.ResponseWriter, r *http.Request) {
		quantity, err := strconv.Atoi(r.URL.Query().Get("quantity"))
		if err != nil || quantity < 1 {
			http.Error(w, "quantity: a whole number from 1", http.StatusBadRequest)
			return
		}
		w.Header().Set("Content-Type", "application/json")
		if err := json.NewEncoder(w).Encode(map[string]float64{"total": price(quantity)}); err != nil {
			log.Print(err)
		}
	})
	log.Fatal(http.ListenAndServe(":9000", nil))
}
